package desk

import (
	"slices"

	"aidpost/records"
	"aidpost/records/staff"
)

// A Page is one page of the workspace.
type Page string

// The pages.
const (
	PageNone     Page = "" // nothing is for this role
	PageToday    Page = "today"
	PageFind     Page = "find"
	PageRegister Page = "register"
	// PageReferrals is who was sent to somebody else.
	PageReferrals Page = "referrals"
	// PageTray is the readings that came without a person.
	PageTray   Page = "tray"
	PageShift  Page = "shift" // hand-over and the end of the day
	PagePapers Page = "papers"
	// PagePersonPapers are those of the person of the route.
	PagePersonPapers Page = "person-papers"
	// PageSummaries is what people saved at the kiosk to take along.
	PageSummaries   Page = "summaries"
	PagePatient     Page = "patient"
	PageMeasure     Page = "measure"
	PageInstruments Page = "instruments"
	PageAdmin       Page = "admin" // the way to what belongs to running the place
	PageStaff       Page = "staff"
	PagePIN         Page = "pin" // of whoever is signed in
	PageAudit       Page = "audit"
	PageAuditPapers Page = "audit-papers" // an extract of it
	PageBackups     Page = "backups"
	PageEmergency   Page = "emergency"
	PageExport      Page = "export" // the records for other programs
	PageAbout       Page = "about"
	PageQuality     Page = "quality"
	PageSettings    Page = "settings"
	PageSending     Page = "sending" // what waits for the server
	// PageForm is where a form is typed in that was written on without power.
	PageForm Page = "form"
)

// AdminPages are the pages that stand together under PageAdmin, in order.
func AdminPages() []Page {
	return []Page{PageStaff, PagePIN, PageAudit, PageBackups, PageExport, PageEmergency, PageSettings, PageSending, PageAbout}
}

// Admin reports whether a page stands under PageAdmin.
func (p Page) Admin() bool { return slices.Contains(AdminPages(), p) || p == PageAuditPapers }

// papers reports whether a page shows papers before they are printed.
func (p Page) papers() bool { return p == PagePapers || p == PagePersonPapers || p == PageAuditPapers }

// A Route is a page and what it is about.
type Route struct {
	Page    Page
	Patient records.ID
	Visit   records.ID
	Account records.ID // of a member of staff
	Form    string     // the code of a form
}

// Right returns what somebody must be allowed to do to open a page, and whether
// there is such a page.
func (p Page) Right() (staff.Action, bool) {
	switch p {
	case PageToday, PageReferrals, PageTray:
		return staff.ListRecords, true
	case PageShift:
		return staff.ReadShift, true
	case PageFind, PageRegister:
		return staff.SearchPatients, true
	case PageInstruments, PageQuality:
		return staff.ReadQuality, true
	case PagePatient:
		return staff.ReadRecord, true
	case PageMeasure:
		return staff.SaveRecord, true
	case PageForm:
		return staff.BackEnter, true
	case PagePapers:
		return staff.ReadQuality, true // the least that one of them needs
	case PageStaff:
		return staff.ListStaff, true
	case PageAudit:
		return staff.ReadAudit, true
	case PageAuditPapers:
		return staff.PrintAudit, true
	case PageBackups:
		return staff.Backup, true
	case PageExport:
		return staff.ExportRecord, true
	case PageEmergency:
		return staff.ReviewGlass, true
	case PageSettings:
		return staff.ChangeSetting, true
	case PageSending:
		return staff.SettleSent, true
	case PagePIN, PageAbout:
		return staff.ChangePIN, true // everybody of staff
	case PagePersonPapers:
		return staff.PrintRecord, true
	case PageSummaries:
		return staff.ReadRecord, true // what opening one needs
	}
	return "", false
}

// homeOf is the first page of a role.
func homeOf(r staff.Role) Page {
	for _, p := range []Page{PageToday, PageFind, PageInstruments, PageAudit} {
		if right, _ := p.Right(); staff.Allow(r, right) == nil {
			return p
		}
	}
	return PageNone
}

// May reports whether whoever is signed in may do something.
func (d *Desk) May(a staff.Action) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state.Phase == Working && (staff.Allow(d.state.Who.Role, a) == nil || staff.InEmergency(a) && d.inEmergency())
}

// MayOpen reports whether whoever is signed in may open a page. The way to the
// administration is there for those who may open one of its pages.
func (d *Desk) MayOpen(p Page) bool {
	switch {
	case p == PageAdmin:
		return slices.ContainsFunc(AdminPages(), d.MayOpen)
	case p == PageEmergency && d.May(staff.BreakGlass): // to ask for it
		return true
	case p == PageRegister && !d.May(staff.SaveRecord):
		return false
	}
	right, ok := p.Right()
	return ok && d.May(right) && (!p.papers() || d.cfg.Papers != nil)
}

// mostRoutes is how far back one can go.
const mostRoutes = 32

// Go opens a page; Back returns to the one before.
func (d *Desk) Go(r Route) {
	if !d.MayOpen(r.Page) {
		return
	}
	d.change(func() {
		if d.state.Route == r {
			return
		}
		d.routes = append(d.routes, d.state.Route)
		if len(d.routes) > mostRoutes {
			d.routes = d.routes[1:]
		}
		d.open(r)
	})
	d.opened(r)
}

// Back returns to the page before, or to the first one.
func (d *Desk) Back() {
	d.mu.Lock()
	working := d.state.Phase == Working
	d.mu.Unlock()
	if !working {
		return
	}
	var r Route
	d.change(func() { r = d.goBack() })
	d.opened(r)
}

// goBack is Back under the lock, and returns the page that it opens.
func (d *Desk) goBack() Route {
	r := Route{Page: homeOf(d.state.Who.Role)}
	if n := len(d.routes); n > 0 {
		r = d.routes[n-1]
		d.routes = d.routes[:n-1]
	}
	d.open(r)
	return r
}

// Home opens the first page and forgets the way there.
func (d *Desk) Home() {
	var r Route
	d.change(func() {
		d.routes = nil
		r = Route{Page: homeOf(d.state.Who.Role)}
		d.open(r)
	})
	d.opened(r)
}

// open is called under the lock.
func (d *Desk) open(r Route) {
	d.state.Route, d.state.Depth, d.state.Refusal = r, len(d.routes), Refusal{}
	if r.Page == PageMeasure { // who is measured is not taken off the list meanwhile
		d.state.Said.Undo, d.undo = false, nil
	}
}

// opened brings a page that was opened up to date.
func (d *Desk) opened(r Route) {
	switch r.Page {
	case PageToday:
		d.loadToday()
	case PagePapers, PagePersonPapers, PageAuditPapers:
		d.openPapers(r)
	case PageInstruments:
		d.loadInstruments()
	case PageQuality:
		d.loadQuality()
	case PageReferrals:
		d.loadReferrals()
	}
}
