import {Component} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {pick} from "@web/core/utils/objects";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/**
 * A button of a step: stands out when its step is next, and says why it cannot be
 * pressed now, on hover and on click, in the words of the step's own refusal.
 */
export class StepButton extends Component {
    static template = "returns_governance.StepButton";
    static props = {
        ...standardWidgetProps,
        step: String,
        method: String,
        string: String,
        next: {type: Array, element: String},
        hotkey: {type: String, optional: true},
    };

    setup() {
        this.notification = useService("notification");
    }

    get why() {
        return (this.props.record.data.step_gates || {})[this.props.step] || "";
    }

    get isNext() {
        return !this.why && this.props.next.includes(this.props.record.data.next_step);
    }

    async onClick() {
        if (this.why) {
            this.notification.add(this.why, {type: "warning"});
            return;
        }
        const {record, method} = this.props;
        await this.env.onClickViewButton({
            clickParams: {type: "object", name: method},
            getResParams: () =>
                pick(record, "context", "evalContext", "resModel", "resId", "resIds"),
        });
    }
}

registry.category("view_widgets").add("returns_step", {
    component: StepButton,
    additionalClasses: ["o_returns_step"],
    extractProps: ({attrs}) => ({
        step: attrs.step,
        method: attrs.method,
        string: attrs.string,
        next: (attrs.next || attrs.step).split(","),
        hotkey: attrs.hotkey,
    }),
    fieldDependencies: [
        {name: "step_gates", type: "json"},
        {name: "next_step", type: "selection"},
    ],
});
