import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A manager asks by month of dispatch and by product, and looks at the records. */
tours.add("returns_analytics_tour_dashboard", {
    steps: () => [
        {trigger: ".o_returns_headline:contains(units came back)"},
        {trigger: ".o_returns_explained:contains(By month of request)"},
        {trigger: "button[data-basis=cohort]", run: "click"},
        {trigger: ".o_returns_explained:contains(By month of dispatch)"},
        {trigger: "select[name=dimension]", run: "select product"},
        {trigger: ".o_returns_slices tbody td button:contains(Shirt)", run: "click"},
        {
            trigger: ".o_list_view .o_data_row:contains(Shirt) td[name=reason_id]",
            run: "click",
        },
        {trigger: ".o_form_view .o_returns_head"},
        {trigger: ".breadcrumb-item.o_back_button a", run: "click"},
        {trigger: ".o_list_view .o_data_row:contains(Shirt)"},
        {trigger: ".breadcrumb-item.o_back_button a", run: "click"},
        {
            trigger: ".o_returns_explained:contains(By month of dispatch)",
            content: "The page is as it was left",
        },
        {trigger: "button[data-figure=gaps]"},
    ],
});

/** Finance opens a gap, and stands before the return. */
tours.add("returns_analytics_tour_gaps", {
    steps: () => [
        {trigger: ".o_data_row:contains(not disposed of)"},
        {trigger: ".o_data_row:contains(grade and route)"},
        {trigger: ".o_data_row td[name=kind]", run: "click"},
        {trigger: ".o_form_view .o_returns_head"},
    ],
});
