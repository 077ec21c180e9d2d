import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

/** An agent takes a return in by hand, from the customer's order. */
tours.add("returns_tour_take_in", {
    steps: () => [
        {trigger: ".o_list_button_add", content: "New return", run: "click"},
        {trigger: ".o_returns_next:contains(add what the customer sends back)"},
        {
            trigger: "div[name=partner_id] input",
            run: "edit Tour Customer",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Tour Customer)",
            run: "click",
        },
        {trigger: "div[name=channel_id] input", run: "click"},
        {trigger: ".o-autocomplete--dropdown-item:contains(Web shop)", run: "click"},
        {trigger: "button[name=action_add_lines].btn-primary", run: "click"},
        {trigger: ".modal div[name=sale_order_ids] input", run: "click"},
        {
            trigger: ".o-autocomplete--dropdown-item:contains(/^S[0-9]+/)",
            content: "The order, and not the line that says it is still loading",
            run: "click",
        },
        {trigger: ".modal .o_data_row:contains(Shirt)"},
        {trigger: ".modal div[name=reason_id] input", run: "click"},
        {trigger: ".o-autocomplete--dropdown-item:contains(Size or fit)", run: "click"},
        {trigger: ".modal div[name=everything] input", run: "check"},
        {trigger: ".modal .o_data_row td[name=quantity]:contains(3.00)"},
        {trigger: ".modal button[name=action_confirm]", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_data_row:contains(Shirt)"},
        {trigger: "button[name=action_submit]", run: "click"},
        {trigger: ".o_arrow_button_current:contains(Authorised)"},
        {trigger: ".o_returns_next:contains(wait for the parcel with 3 units)"},
        {trigger: ".o_returns_timeline li:contains(Asked for: 3 × Shirt)"},
    ],
});

/** The dock receives, grades two ways, and sees where the goods went. */
tours.add("returns_tour_dock", {
    steps: () => [
        {
            trigger: "button[name=action_inspect][aria-disabled=true]",
            content: "A locked button says why",
            run: "click",
        },
        {trigger: ".o_notification:contains(nothing was received yet)"},
        {trigger: "button[name=action_receive]", run: "click"},
        {trigger: ".modal .o_data_row td[name=expected]:contains(3.00)"},
        {trigger: ".modal button[name=action_confirm]", run: "click"},
        {trigger: ".o_returns_next:contains(inspect 3 units)"},
        {trigger: "button[name=action_inspect].btn-primary", run: "click"},
        {trigger: ".modal .o_returns_left:contains(3 left to grade)"},
        {trigger: ".modal .o_returns_grade:has([data-grade=D]) .o_more", run: "click"},
        {trigger: ".modal .o_returns_left:contains(2 left to grade)"},
        {
            trigger: ".modal .o_grade_name[data-grade=A]",
            content: "All that is left is as new",
            run: "click",
        },
        {trigger: ".modal .o_returns_left:contains(all graded)"},
        {trigger: ".modal .o_returns_results li:contains(Quarantine)"},
        {trigger: ".modal .o_returns_proof textarea", run: "edit A stain && press Tab"},
        {trigger: ".modal button[name=action_confirm]", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_returns_timeline li:contains(2 As new)"},
        {trigger: ".o_notebook a:contains(Receipts and findings)", run: "click"},
        {trigger: "div[name=routing_ids] .o_data_row:contains(Restock)"},
        {trigger: "div[name=routing_ids] .o_data_row:contains(Quarantine)"},
        {trigger: "div[name=inspection_ids] .o_data_row:contains(A stain)"},
    ],
});

/** The lead sends a damaged unit elsewhere, then takes the finding back. */
tours.add("returns_tour_override_and_correct", {
    steps: () => [
        {trigger: "button[name=action_inspect].btn-primary", run: "click"},
        {trigger: ".modal .o_returns_grade:has([data-grade=D]) .o_more", run: "click"},
        {trigger: ".modal .o_returns_results .o_change", run: "click"},
        {trigger: ".modal .o_returns_change select", run: "selectByLabel Refurbish"},
        {trigger: ".modal .o_returns_change .o_reason", run: "edit Only a button"},
        {trigger: ".modal .o_returns_left", run: "click"},
        {trigger: ".modal button[name=action_confirm]", run: "click"},
        {
            trigger:
                "body:not(:has(.modal)) .o_returns_timeline li:contains(Refurbish (instead)",
        },
        {trigger: ".o_notebook a:contains(Receipts and findings)", run: "click"},
        {
            trigger: "div[name=inspection_ids] .o_data_row button:contains(Correct)",
            run: "click",
        },
        {trigger: ".modal div[name=reason] textarea", run: "edit Wrong shirt"},
        {
            trigger: ".modal button[name=action_confirm]:contains(Take it back)",
            run: "click",
        },
        {trigger: "body:not(:has(.modal)) .o_returns_next:contains(inspect 3 units)"},
    ],
});

/** A manager decides an approval from the list. */
tours.add("returns_tour_decide", {
    steps: () => [
        {trigger: ".o_data_row button:contains(Decide)", run: "click"},
        {trigger: ".modal div[name=question]:contains(Refund up to)"},
        {trigger: ".modal div[name=reason] textarea", run: "edit Known customer"},
        {trigger: ".modal button[name=action_confirm]:contains(Approve)", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_nocontent_help"},
    ],
});

/** A supervisor works the approvals: many at once, then one with a reason. */
tours.add("returns_tour_approvals", {
    steps: () => [
        {trigger: ".o_searchview_facet:contains(For me)"},
        {trigger: ".o_data_row:contains(Refund up to):contains(1 of 1: Manager)"},
        {
            trigger: "body:not(:has(.o_data_row:contains(960)))",
            content: "Not an own one",
        },
        {
            trigger: ".o_data_row:contains(840) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(900) .o_list_record_selector input",
            run: "click",
        },
        {trigger: ".o_control_panel button:contains(/^Approve$/)", run: "click"},
        {trigger: ".modal div[name=question]:contains(Approve these 2)"},
        {trigger: ".modal div[name=reason] textarea", run: "edit Known customers"},
        {trigger: ".modal button[name=action_confirm]:contains(Approve)", run: "click"},
        {
            trigger:
                ".o_notification:contains(Done), .modal .o_data_row:contains(Done)",
            content: "The result of each",
            run: () => document.querySelector(".modal .btn-close")?.click(),
        },
        {
            trigger: "body:not(:has(.modal)):not(:has(.o_data_row:contains(840)))",
        },
        {trigger: ".o_data_row:contains(720) td[name=question]", run: "click"},
        {trigger: ".o_form_view h1:contains(Refund up to)"},
        {trigger: ".alert:contains(Level 1 of 1)"},
        {trigger: "button:contains(/^Refuse$/)", run: "click"},
        {trigger: ".modal div[name=reason] textarea", run: "edit Never bought here"},
        {trigger: ".modal button[name=action_confirm]:contains(Refuse)", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Refused)"},
        {trigger: "div[name=level_ids] .o_data_row:contains(Never bought here)"},
    ],
});

/** Finance lets money go before its time, with a reason. */
tours.add("returns_tour_release", {
    steps: () => [
        {trigger: "button[name=action_preview_refund]", run: "click"},
        {trigger: ".modal .o_returns_preview tfoot:contains(Refund in all)"},
        {trigger: ".modal .modal-footer button:contains(Close)", run: "click"},
        {
            trigger: "body:not(:has(.modal)) button[name=action_ask_release]",
            run: "click",
        },
        {trigger: ".modal div[name=question]:contains(before the release rule)"},
        {trigger: ".modal div[name=reason] textarea", run: "edit Good customer"},
        {trigger: ".modal button[name=action_confirm]:contains(Release)", run: "click"},
        {
            trigger:
                "body:not(:has(.modal)) .o_returns_timeline q:contains(Good customer)",
        },
    ],
});

/** The overview: a tile narrows the board, a card opens the return. */
tours.add("returns_tour_overview", {
    steps: () => [
        {
            trigger:
                ".o_returns_figure[data-figure=received] .o_value:not(:contains(/^0$/))",
        },
        {trigger: ".o_returns_tile[data-step=inspect]", run: "click"},
        {trigger: ".o_returns_tile[data-step=inspect].o_active"},
        {trigger: ".o_facet_value:contains(To inspect)"},
        {trigger: ".o_kanban_record:contains(Inspect)", run: "click"},
        {trigger: ".o_returns_next:contains(inspect)"},
    ],
});

/** A supervisor clears what is breached by its cause, puts one off, clears many. */
tours.add("returns_tour_exceptions", {
    steps: () => [
        {
            trigger: ".o_returns_tile[data-figure=breached] .o_value:contains(/^1$/)",
            run: "click",
        },
        {trigger: ".o_returns_tile[data-figure=breached].o_active"},
        {trigger: ".o_facet_value:contains(Breached)"},
        {
            trigger: ".o_kanban_record .badge:contains(was due)",
            content: "It says how late it is, in words",
        },
        {trigger: ".o_kanban_record:contains(Inspection overdue)", run: "click"},
        {trigger: ".o_form_view .alert:contains(Inspect them)"},
        {
            trigger: ".o_returns_clearing button[name=clear_by_inspect]",
            content: "The button that clears it is the step's own",
            run: "click",
        },
        {trigger: ".modal .o_grade_name[data-grade=A]", run: "click"},
        {trigger: ".modal .o_returns_left:contains(all graded)"},
        {trigger: ".modal button[name=action_confirm]", run: "click"},
        {
            trigger:
                "body:not(:has(.modal)) div[name=closed_because]:contains(Inspected)",
            content: "It has cleared itself",
        },
        {trigger: ".o_breadcrumb a:contains(Exceptions)", run: "click"},
        {trigger: ".o_returns_tile[data-figure=breached].o_active", run: "click"},
        {trigger: ".o_returns_tile[data-figure=breached]:not(.o_active)"},
        {
            trigger: ".o_kanban_record:contains(Serial number does not match)",
            run: "click",
        },
        {trigger: ".o_form_view .alert:contains(The refund is held)"},
        {trigger: "button:contains(Put off)", run: "click"},
        {
            trigger: ".modal div[name=reason] textarea",
            run: "edit The lot is looked for",
        },
        {trigger: ".modal button[name=action_confirm]", run: "click"},
        {trigger: "body:not(:has(.modal)) .badge:contains(put off)"},
        {trigger: ".o_breadcrumb a:contains(Exceptions)", run: "click"},
        {trigger: ".o_returns_tile[data-figure=asleep] .o_value:contains(/^1$/)"},
        {
            trigger:
                ".o_kanban_view:not(:has(.o_kanban_record:contains(Serial number does not match)))",
        },
        {trigger: ".o_switch_view.o_list", run: "click"},
        {trigger: ".o_list_view thead .o_list_record_selector input", run: "click"},
        {trigger: ".o_selection_box:contains(2)"},
        {trigger: ".o_control_panel button:contains(Clear)", run: "click"},
        {trigger: ".modal div[name=question]:contains(still stands)"},
        {trigger: ".modal div[name=reason] textarea", run: "edit Sent back"},
        {trigger: ".modal button[name=action_confirm]", run: "click"},
        {
            trigger: ".modal div[name=summary]:contains(All 2 done)",
            content: "A result for each line",
        },
        {trigger: ".modal .o_data_row:contains(Wrong item):contains(Done)"},
        {trigger: ".modal .modal-footer button:contains(Close)", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_nocontent_help"},
    ],
});

/** Every screen of the app opens from its menu. */
const MENUS = [
    ["Returns", "All returns", ".o_list_view"],
    ["Returns", "Exceptions", ".o_kanban_view"],
    ["Returns", "Approvals", ".o_list_view"],
    ["Returns", "Delegations", ".o_list_view"],
    ["Warehouse", "Parcels", ".o_list_view"],
    ["Warehouse", "Receipts", ".o_list_view"],
    ["Warehouse", "Findings", ".o_list_view"],
    ["Warehouse", "Where goods went", ".o_list_view"],
    ["Money", "Held", ".o_list_view"],
    ["Money", "Due", ".o_list_view"],
    ["Money", "To pay by hand", ".o_list_view"],
    ["Money", "Not posted or failed", ".o_list_view"],
    ["Money", "All refunds", ".o_list_view"],
    ["Money", "Postings and payouts", ".o_list_view"],
    ["Reporting", "Returns analysis", ".o_pivot_view"],
    ["Reporting", "Audit trail", ".o_list_view"],
    ["Reporting", "Segregation of duties", ".o_list_view"],
    ["Reporting", "Accepted conflicts", ".o_list_view"],
    ["Policies", "Authority", ".o_list_view"],
];
const TITLES = {
    "All returns": "Returns",
    Held: "Held money",
    Due: "Money due",
    "Not posted or failed": "Failed",
    "All refunds": "Refunds",
};
tours.add("returns_tour_menus", {
    steps: () => [
        ...stepUtils.goToAppSteps("returns_governance.menu_root", "Open Returns"),
        {trigger: ".o_returns_overview"},
        ...MENUS.flatMap(([section, name, view]) => [
            {
                trigger: `.o_menu_sections button:contains(/^${section}$/)`,
                content: `Open ${section}`,
                run: "click",
            },
            {
                trigger: `.o-dropdown--menu .dropdown-item:contains(/^${name}$/)`,
                content: `Open ${name}`,
                run: "click",
            },
            {
                trigger: `.o_last_breadcrumb_item:contains(${TITLES[name] || name})`,
            },
            {trigger: view},
        ]),
    ],
});
