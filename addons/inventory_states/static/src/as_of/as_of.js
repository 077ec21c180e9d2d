import {Component, onWillStart, useState} from "@odoo/owl";

import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {formatFloat} from "@web/views/fields/formatters";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {ListRenderer} from "@web/views/list/list_renderer";
import {listView} from "@web/views/list/list_view";

const {DateTime} = luxon;
const KEY = "inventory_state_as_of";
const INPUT = "yyyy-MM-dd'T'HH:mm";

/**
 * Above the stock by state: the moment that it is shown for, the sums of each state then
 * with the difference to today, and whether the ledger agrees with the stock.
 */
export class InventoryStateAsOf extends Component {
    static template = "inventory_states.AsOf";
    static props = {moment: {type: [String, Boolean], optional: true}};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({data: null});
        onWillStart(async () => {
            this.state.data = await this.orm.call(
                "inventory.state.balance",
                "retrieve_as_of",
                [],
                {moment: this.props.moment || false},
            );
        });
    }

    /** The moment in the reader's own time, as the input wants it. */
    get local() {
        const {moment} = this.props;
        return (moment ? deserializeDateTime(moment) : DateTime.local()).toFormat(
            INPUT,
        );
    }

    get latest() {
        return DateTime.local().toFormat(INPUT);
    }

    units(quantity) {
        return formatFloat(quantity, {trailingZeros: false});
    }

    /** What came since, or went; empty where nothing changed. */
    difference(state) {
        const difference = state.now - state.then;
        if (Math.abs(difference) < 0.000001) {
            return "";
        }
        return (difference > 0 ? "+" : "−") + this.units(Math.abs(difference));
    }

    choose(event) {
        const chosen = DateTime.fromFormat(event.target.value, INPUT);
        if (chosen.isValid) {
            this.show(chosen);
        }
    }

    showMonthEnd() {
        this.show(DateTime.local().startOf("month").minus({seconds: 1}));
    }

    showYesterday() {
        this.show(DateTime.local().startOf("day").minus({seconds: 1}));
    }

    show(moment) {
        return this.action.doAction("inventory_states.inventory_state_as_of_action", {
            additionalContext: {[KEY]: moment ? serializeDateTime(moment) : false},
            stackPosition: "replaceCurrentAction",
        });
    }
}

export class InventoryStateAsOfList extends ListRenderer {
    static template = "inventory_states.AsOfList";
    static components = {...ListRenderer.components, InventoryStateAsOf};

    get moment() {
        return this.props.list.context[KEY] || false;
    }
}

export class InventoryStateAsOfKanban extends KanbanRenderer {
    static template = "inventory_states.AsOfKanban";
    static components = {...KanbanRenderer.components, InventoryStateAsOf};

    get moment() {
        return this.props.list.context[KEY] || false;
    }
}

registry.category("views").add("inventory_state_as_of_list", {
    ...listView,
    Renderer: InventoryStateAsOfList,
});
registry.category("views").add("inventory_state_as_of_kanban", {
    ...kanbanView,
    Renderer: InventoryStateAsOfKanban,
});
