import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** An auditor finds a row that was changed behind the system's back, and opens it. */
tours.add("returns_tour_audit", {
    steps: () => [
        {
            trigger: ".o_menu_sections [data-menu-xmlid*=menu_reporting]",
            run: "click",
        },
        {
            trigger:
                ".o-dropdown--menu [data-menu-xmlid='returns_governance.returns_event_check_menu']",
            run: "click",
        },
        {trigger: ".alert-danger:contains(Something was changed)"},
        {trigger: "div[name=finding_ids] td[name=subject]:contains(RET/)"},
        {trigger: "div[name=finding_ids] td[name=kind]:contains(Changed)"},
        {trigger: "div[name=finding_ids] td[name=sentence]:contains(9 As new)"},
        {trigger: "div[name=finding_ids] button[name=action_open]", run: "click"},
        {trigger: ".o_returns_timeline li:contains(Inspected: 9 As new)"},
        {trigger: ".o_cp_action_menus .fa-cog", run: "click"},
        {
            trigger: ".o-dropdown--menu .o_menu_item:contains(Export for the auditor)",
            run: "click",
        },
        {trigger: ".modal div[name=pdf]:contains(.pdf)"},
        {trigger: ".modal div[name=json]:contains(.json)"},
        {trigger: ".modal-footer button:contains(Close)", run: "click"},
        {
            trigger:
                "body:not(:has(.modal)) .o_returns_timeline li:contains(Exported for an auditor)",
        },
    ],
});

/** A manager starts a replay from a draft, sees it run, and stops it. */
tours.add("returns_tour_replay", {
    steps: () => [
        {trigger: "button:contains(Replay on past returns)", run: "click"},
        {trigger: "div[name=version_id] input:value(New, draft)"},
        {trigger: "button[name=action_start]", run: "click"},
        {trigger: ".alert-info .progress-bar:contains(0 %)"},
        {trigger: ".o_arrow_button_current:contains(Running)"},
        {trigger: "button[name=action_stop]", run: "click"},
        {trigger: ".o_arrow_button_current:contains(Stopped)"},
    ],
});
