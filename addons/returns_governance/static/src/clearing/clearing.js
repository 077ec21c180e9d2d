import {Component} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {pick} from "@web/core/utils/objects";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** The buttons that clear an exception, as its type names them; the first stands out. */
export class Clearing extends Component {
    static template = "returns_governance.Clearing";
    static props = {...standardWidgetProps};

    get actions() {
        return this.props.record.data.actions || [];
    }

    async onClick(action) {
        const {record} = this.props;
        await this.env.onClickViewButton({
            clickParams: {
                type: "object",
                name: "action_clear_by",
                args: JSON.stringify([action.key]),
            },
            getResParams: () =>
                pick(record, "context", "evalContext", "resModel", "resId", "resIds"),
        });
    }
}

registry.category("view_widgets").add("returns_clearing", {
    component: Clearing,
    additionalClasses: ["o_returns_clearing"],
    fieldDependencies: [{name: "actions", type: "json"}],
});
