import {
    Component,
    onWillStart,
    onWillUnmount,
    useEffect,
    useExternalListener,
    useRef,
} from "@odoo/owl";

import {loadBundle} from "@web/core/assets";

/** A chart of the dashboard; a click on one of its marks is told to `onPick`. */
export class ReturnsChart extends Component {
    static template = "returns_analytics.Chart";
    static props = {
        config: Object,
        height: Number,
        label: String,
        onPick: Function,
    };

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.config, this.props.height],
        );
        useExternalListener(window, "beforeprint", () => this.chart?.resize());
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        this.chart?.destroy();
        const {config} = this.props;
        this.chart = new window.Chart(this.canvas.el, {
            ...config,
            options: {
                animation: false,
                maintainAspectRatio: false,
                responsive: true,
                ...config.options,
                onClick: (event, marks) => this.pick(marks[0]),
                onHover: (event, marks) => {
                    const target = event.native?.target;
                    if (target) {
                        target.style.cursor = marks.length ? "pointer" : "default";
                    }
                },
            },
        });
    }

    pick(mark) {
        if (mark) {
            this.props.onPick(mark.index, mark.datasetIndex);
        }
    }
}
