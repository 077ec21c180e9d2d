import {Component, onWillStart, useState} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

const ICONS = {
    danger: "fa-exclamation-triangle",
    warning: "fa-clock-o",
    info: "fa-hourglass-half",
};

/**
 * The controller's page: money that waits, by reason and by age. Every figure opens
 * the records that it is the sum of.
 */
export class ReturnsMoneyBoard extends Component {
    static template = "returns_governance.MoneyBoard";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.state = useState({panels: [], busy: false});
        onWillStart(() => this.load());
    }

    async load() {
        this.state.busy = true;
        try {
            const {panels} = await this.orm.call(
                "returns.money.board",
                "retrieve_money_board",
            );
            this.state.panels = panels;
        } finally {
            this.state.busy = false;
        }
    }

    open(figure) {
        if (figure.action && figure.count) {
            this.action.doAction(figure.action);
        }
    }

    icon(part) {
        return ICONS[part.tone] || "fa-circle-o";
    }

    /** A bar that is there is seen, however small its share. */
    width(part) {
        return `${Math.max(part.count ? 2 : 0, part.share)}%`;
    }
}

registry.category("actions").add("returns_money_board", ReturnsMoneyBoard);
