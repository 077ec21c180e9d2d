import {registry} from "@web/core/registry";
import {
    SelectionField,
    selectionField,
} from "@web/views/fields/selection/selection_field";

/**
 * A choice of which only some words are offered: those that the record's field
 * `offered` lists, separated by commas. What is chosen already stays readable.
 */
export class OfferedField extends SelectionField {
    get options() {
        const {data} = this.props.record;
        const offered = (data.offered || "").split(",");
        return super.options.filter(
            ([value]) =>
                !data.offered ||
                offered.includes(value) ||
                value === data[this.props.name],
        );
    }
}

registry.category("fields").add("returns_offered", {
    ...selectionField,
    component: OfferedField,
    fieldDependencies: [{name: "offered", type: "char", readonly: true}],
});
