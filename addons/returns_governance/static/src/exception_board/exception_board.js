import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";

/** Above the board: what is breached, due today, mine, nobody's and put off. */
export class ReturnsExceptionFigures extends Component {
    static template = "returns_governance.ExceptionFigures";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.state = useState({figures: []});
        onWillStart(() => this.load());
        onWillUpdateProps(() => this.load());
    }

    async load() {
        this.state.figures = await this.orm.call("returns.exception", "retrieve_board");
    }

    item(name) {
        const {searchModel} = this.env;
        return searchModel.getSearchItems((item) => item.name === name)[0];
    }

    isOn(name) {
        const item = this.item(name);
        return (
            item && this.env.searchModel.query.some((q) => q.searchItemId === item.id)
        );
    }

    /** Narrow the board to a figure, or widen it again. */
    toggle(figure) {
        const {searchModel} = this.env;
        const item = this.item(figure.key);
        // What is put off is not to do; a day of the law goes on meanwhile.
        const widens = ["asleep", "breached"].includes(figure.key);
        if (widens && this.isOn("todo") !== this.isOn(figure.key)) {
            searchModel.toggleSearchItem(this.item("todo").id);
        }
        searchModel.toggleSearchItem(item.id);
    }
}

export class ReturnsExceptionBoardRenderer extends KanbanRenderer {
    static template = "returns_governance.ExceptionBoard";
    static components = {...KanbanRenderer.components, ReturnsExceptionFigures};
}

registry.category("views").add("returns_exception_board", {
    ...kanbanView,
    Renderer: ReturnsExceptionBoardRenderer,
});
