import {Component, useEffect} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const EVERY = 1000;

/**
 * How far a work in the background is, in percent: reads the record anew each second
 * while its state is "running". The page can be left; the work does not need it.
 */
export class ReturnsProgress extends Component {
    static template = "returns_governance.Progress";
    static props = {...standardFieldProps};

    setup() {
        this.busy = false;
        useEffect(
            (running) => {
                if (!running) {
                    return;
                }
                const timer = setInterval(() => this.reload(), EVERY);
                return () => clearInterval(timer);
            },
            () => [this.props.record.data.state === "running"],
        );
    }

    get percent() {
        return Math.floor(this.props.record.data[this.props.name] || 0);
    }

    async reload() {
        if (this.busy) {
            return;
        }
        this.busy = true;
        try {
            await this.props.record.load();
        } finally {
            this.busy = false;
        }
    }
}

registry.category("fields").add("returns_progress", {
    component: ReturnsProgress,
    supportedTypes: ["float"],
    fieldDependencies: [{name: "state", type: "selection"}],
});
