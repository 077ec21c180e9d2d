import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";

/**
 * Above the board: four figures of the day with their trend, and what waits at each
 * step with its value and its oldest age. A figure opens its records.
 */
export class ReturnsOverview extends Component {
    static template = "returns_governance.Overview";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({steps: [], figures: []});
        onWillStart(() => this.load());
        onWillUpdateProps(() => this.load());
    }

    async load() {
        Object.assign(
            this.state,
            await this.orm.call("returns.order", "retrieve_overview"),
        );
    }

    openFigure(figure) {
        this.action.doAction(figure.action);
    }

    /** Narrow the board to one step, or widen it again. */
    toggleStep(step) {
        const {searchModel} = this.env;
        const [item] = searchModel.getSearchItems(
            (item) => item.name === `step_${step.step}`,
        );
        if (item) {
            searchModel.toggleSearchItem(item.id);
        }
    }

    isActive(step) {
        return this.env.searchModel.query.some((part) => {
            const [item] = this.env.searchModel.getSearchItems(
                (item) => item.name === `step_${step.step}`,
            );
            return item && part.searchItemId === item.id;
        });
    }
}

export class ReturnsOverviewRenderer extends KanbanRenderer {
    static template = "returns_governance.OverviewKanban";
    static components = {...KanbanRenderer.components, ReturnsOverview};
}

registry.category("views").add("returns_overview", {
    ...kanbanView,
    Renderer: ReturnsOverviewRenderer,
});
