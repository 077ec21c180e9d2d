import {Component, onWillStart, useState} from "@odoo/owl";

import {browser} from "@web/core/browser/browser";
import {cookie} from "@web/core/browser/cookie";
import {getColor, getCustomColor, hexToRGBA} from "@web/core/colors/colors";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {formatFloat} from "@web/views/fields/formatters";
import {formatCurrency} from "@web/core/currency";
import {Layout} from "@web/search/layout";
import {useSetupAction} from "@web/search/action_hook";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {user} from "@web/core/user";

import {ReturnsChart} from "./chart";

const MONTHS = [3, 6, 12, 24];
const ROW_HEIGHT = 30;

/**
 * One page that answers: how much of what was sold comes back, of what, why, and what
 * becomes of it. Every figure opens its records; every table adds up to its total.
 */
export class ReturnsDashboard extends Component {
    static template = "returns_analytics.Dashboard";
    static components = {Layout, ReturnsChart};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = {controlPanel: {}};
        this.months = MONTHS;
        this.asking = 0;
        this.state = useState({
            wanted: this.props.state?.wanted || {},
            data: null,
            busy: false,
            compact: browser.innerWidth < 768,
        });
        this.scheme = cookie.get("color_scheme");
        useSetupAction({getLocalState: () => ({wanted: {...this.state.wanted}})});
        onWillStart(() => this.load());
    }

    // --- data ------------------------------------------------------------------------

    async load() {
        const turn = ++this.asking;
        this.state.busy = true;
        try {
            const data = await this.orm.call("returns.fact", "retrieve_dashboard", [], {
                wanted: this.state.wanted,
            });
            // An answer that was overtaken by a later question is dropped.
            if (turn === this.asking) {
                this.state.data = data;
            }
        } finally {
            this.state.busy = false;
        }
    }

    ask(wanted) {
        Object.assign(this.state.wanted, wanted);
        return this.load();
    }

    async refresh() {
        this.state.busy = true;
        await this.orm.call("returns.fact", "action_refresh", []);
        await this.load();
    }

    /** Show so many months up to the last one shown. */
    askMonths(count) {
        const [year, month] = this.data.asked.end.split("-").map(Number);
        const first = new Date(Date.UTC(year, month - count, 1));
        return this.ask({
            start: first.toISOString().slice(0, 7),
            end: this.data.asked.end,
        });
    }

    askMonth(name, event) {
        const text = event.target.value;
        const {asked} = this.data;
        const next = {start: asked.start, end: asked.end, [name]: text};
        if (/^\d{4}-\d{2}$/.test(text) && next.start <= next.end) {
            return this.ask(next);
        }
        event.target.value = asked[name];
    }

    open(action) {
        if (action) {
            this.action.doAction(action);
        }
    }

    openReturns() {
        this.action.doAction("returns_governance.returns_order_action");
    }

    get data() {
        return this.state.data;
    }

    get isEmpty() {
        const {total} = this.data.slices;
        return !total.sold && !total.returned;
    }

    get monthCount() {
        return this.data.trend.length;
    }

    get dimensionLabel() {
        const found = this.data.dimensions.find(
            ([code]) => code === this.data.asked.dimension,
        );
        return found ? found[1] : "";
    }

    // --- words -----------------------------------------------------------------------

    units(quantity) {
        return formatFloat(quantity, {digits: [16, 0]});
    }

    percent(share) {
        return share === null || share === false || share === undefined
            ? "–"
            : `${formatFloat(share * 100, {digits: [16, 1]})}%`;
    }

    money(amount) {
        return formatCurrency(amount || 0, user.activeCompany.currency_id);
    }

    share(part, whole) {
        return whole ? this.percent(part / whole) : "–";
    }

    /** Width of the bar behind a rate: the highest one of the table is full. */
    width(row) {
        const most = Math.max(...this.data.slices.rows.map((other) => other.rate || 0));
        return most ? `${Math.round(((row.rate || 0) / most) * 100)}%` : "0";
    }

    /** Eight hues far apart, then darker ones: the palette has three shades of each. */
    color(index) {
        return getColor(index * 3 + 2 * Math.floor(index / 8), this.scheme, "lg");
    }

    // --- charts ----------------------------------------------------------------------

    get ink() {
        return getCustomColor(this.scheme, "#374151", "#E4E4E4");
    }

    get grid() {
        return getCustomColor(this.scheme, "rgba(0,0,0,.08)", "rgba(255,255,255,.12)");
    }

    axis(more = {}) {
        return {
            ticks: {color: this.ink, ...more.ticks},
            grid: {color: this.grid, ...more.grid},
            border: {display: false},
            ...more.own,
        };
    }

    get trendConfig() {
        const {trend} = this.data;
        const blue = getColor(0, this.scheme, "sm");
        const red = getColor(1, this.scheme, "sm");
        return {
            type: "bar",
            data: {
                labels: trend.map((row) => row.label),
                datasets: [
                    {
                        type: "line",
                        label: _t("Return rate"),
                        data: trend.map((row) =>
                            row.rate === null ? null : row.rate * 100,
                        ),
                        yAxisID: "rate",
                        borderColor: red,
                        backgroundColor: red,
                        borderWidth: 2,
                        pointRadius: 3,
                        segment: {
                            borderDash: (part) =>
                                trend[part.p1DataIndex].open ? [4, 4] : undefined,
                        },
                        tension: 0.25,
                    },
                    {
                        label: _t("Returned units"),
                        data: trend.map((row) => row.returned),
                        yAxisID: "units",
                        backgroundColor: trend.map((row) =>
                            row.open ? hexToRGBA(blue, 0.35) : blue,
                        ),
                        borderRadius: 3,
                        maxBarThickness: 36,
                    },
                ],
            },
            options: {
                interaction: {mode: "index", intersect: false},
                plugins: {
                    legend: {labels: {color: this.ink, boxWidth: 12}},
                    tooltip: {callbacks: {label: (item) => this.trendWords(item)}},
                },
                scales: {
                    x: this.axis({grid: {display: false}}),
                    units: this.axis({
                        ticks: {precision: 0},
                        own: {beginAtZero: true, position: "left"},
                    }),
                    rate: this.axis({
                        ticks: {callback: (value) => `${value}%`, maxTicksLimit: 6},
                        grid: {display: false},
                        own: {beginAtZero: true, position: "right"},
                    }),
                },
            },
        };
    }

    trendWords(item) {
        const row = this.data.trend[item.dataIndex];
        if (item.dataset.yAxisID === "rate") {
            const text = _t("%(rate)s of %(sold)s sold", {
                rate: this.percent(row.rate),
                sold: this.units(row.sold),
            });
            return row.open ? `${text} (${_t("still open")})` : text;
        }
        return _t("%s units returned", this.units(row.returned));
    }

    /** Bars of 100%: what the returned units of each slice are made of. */
    mixConfig(mix) {
        const {rows} = this.data.slices;
        const {kinds, matrix} = this.data[mix];
        return {
            type: "bar",
            data: {
                labels: rows.map((row) => this.cut(row.label)),
                datasets: kinds.map((kind, place) => ({
                    label: kind.label,
                    data: matrix.map((row, index) =>
                        rows[index].returned
                            ? (row[place] / rows[index].returned) * 100
                            : 0,
                    ),
                    backgroundColor: this.color(place),
                    maxBarThickness: 22,
                })),
            },
            options: {
                indexAxis: "y",
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        callbacks: {
                            title: (items) => rows[items[0].dataIndex].label,
                            label: (item) => {
                                const units = matrix[item.dataIndex][item.datasetIndex];
                                const share = this.percent(item.raw / 100);
                                return `${item.dataset.label}: ${this.units(units)} (${share})`;
                            },
                        },
                    },
                },
                scales: {
                    x: this.axis({
                        ticks: {callback: (value) => `${value}%`, maxTicksLimit: 6},
                        own: {stacked: true, max: 100},
                    }),
                    y: this.axis({grid: {display: false}, own: {stacked: true}}),
                },
            },
        };
    }

    cut(label) {
        const most = this.state.compact ? 16 : 30;
        return label.length > most ? `${label.slice(0, most - 1)}…` : label;
    }

    mixHeight() {
        return this.data.slices.rows.length * ROW_HEIGHT + 40;
    }

    /** A piece of a bar opens the units of its slice and kind. */
    openMix(mix, index, place) {
        const row = this.data.slices.rows[index].action;
        const kind = this.data[mix].kinds[place].action;
        this.open({...row, domain: [...kind.domain, ...row.domain]});
    }
}

registry.category("actions").add("returns_dashboard", ReturnsDashboard);
