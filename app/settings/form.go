package settings

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"

	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/oximetry"
	"aidpost/records/vitals"
	"aidpost/reports"
	"aidpost/reports/cups"
)

// Config is what the settings need.
type Config struct {
	Folder string // data folder
	// Do runs work in the hands of whoever is signed in, as desk.Desk.Do does.
	Do func(work func(ctx context.Context, a *records.Access) error, done func(err error) bool)
	// Applied has changed settings count at once, as far as they can.
	Applied func(site.Profile)
	// Printer lists the print queues; nil: there are none.
	Printer cups.Printer
	// Changed is called after every change of State, without a lock.
	Changed func()
}

// A Form is the settings as they are being changed. Its methods may be called
// from any goroutine.
type Form struct {
	cfg    Config
	items  map[Section][]Item
	bounds []guideline.Bound

	mu     sync.Mutex
	text   []byte       // of the file
	base   []byte       // that, with what a file of its own said of the server
	now    site.Profile // by the file
	next   []byte       // what would be saved
	loaded map[string]string
	state  State
}

// A State is what a screen shows. It is a copy.
type State struct {
	// Loaded counts how often the file was read, for a screen that shows fields.
	Loaded int
	// Broken is why the file cannot be read; then nothing can be changed.
	Broken   error
	Typed    map[string]string       // by Item.Path
	Problems map[string]site.Problem // beside their items
	Changed  int                     // how many settings would change
	Changes  []site.Change           // before they are applied; nil unless asked for
	Saving   bool
	Back     bool // the last change can be taken back
	Queues   []cups.Queue
	Trouble  error // of the print service
}

// New returns the settings of a data folder. An error means that the program was
// built with rules that cannot be read.
func New(cfg Config) (*Form, error) {
	tags, err := words.Tags()
	if err != nil {
		return nil, err
	}
	set, err := guideline.Load()
	if err != nil {
		return nil, err
	}
	var protocols []string
	for _, p := range set.Protocols() {
		protocols = append(protocols, p.ID)
	}
	rules, err := oximetry.All()
	if err != nil {
		return nil, err
	}
	var oximeters []string
	for _, r := range rules {
		oximeters = append(oximeters, r.ID)
	}
	f := &Form{cfg: cfg}
	if f.bounds, err = guideline.Bounds(); err != nil {
		return nil, err
	}
	f.items = itemsOf(tags, protocols, oximeters, f.bounds)
	f.Reload()
	return f, nil
}

// Items lists the fields of a section.
func (f *Form) Items(s Section) []Item { return f.items[s] }

// State returns what to show now.
func (f *Form) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.state
	s.Typed, s.Problems = maps.Clone(s.Typed), maps.Clone(s.Problems)
	return s
}

func (f *Form) change(fn func()) {
	f.mu.Lock()
	fn()
	f.mu.Unlock()
	if f.cfg.Changed != nil {
		f.cfg.Changed()
	}
}

// Reload drops what was typed and shows the file.
func (f *Form) Reload() { f.change(f.load) }

func (f *Form) load() {
	queues, trouble := f.state.Queues, f.state.Trouble
	f.state = State{Queues: queues, Trouble: trouble, Loaded: f.state.Loaded + 1}
	text, err := site.Settings(f.cfg.Folder)
	if err == nil {
		f.base, err = site.WithServer(f.cfg.Folder, text)
	}
	if err == nil {
		f.now, err = site.ParseProfile(f.cfg.Folder, f.base)
	}
	if err != nil {
		f.state.Broken = err
		return
	}
	_, err = site.Previous(f.cfg.Folder)
	f.text, f.state.Back = text, err == nil
	if f.loaded, err = f.typedOf(f.now, f.base); err != nil {
		f.state.Broken = err
		return
	}
	f.state.Typed = maps.Clone(f.loaded)
	f.judge()
}

// Set changes what is typed.
func (f *Form) Set(path, typed string) {
	f.change(func() {
		if f.state.Broken != nil || f.state.Saving {
			return
		}
		f.state.Typed[path] = typed
		f.state.Changes = nil
		f.judge()
	})
}

// judge says what is wrong with what is typed, and what it would change. It is
// called under the lock.
func (f *Form) judge() {
	f.state.Problems, f.state.Changed, f.next = map[string]site.Problem{}, 0, nil
	values, limited := map[string]any{}, false
	for _, items := range f.items {
		for _, item := range items {
			typed := f.state.Typed[item.Path]
			if typed == f.loaded[item.Path] {
				continue
			}
			f.state.Changed++
			if item.Kind == Limit {
				limited = true
				continue
			}
			value, err := item.value(typed)
			if err != nil {
				f.state.Problems[item.Path] = site.Problem{Path: item.Path, Why: site.WhyNumber, Err: err}
			}
			values[item.Path] = value
		}
	}
	if limited {
		values["critical"] = f.limits()
	}
	if len(f.state.Problems) > 0 {
		return
	}
	next, err := site.Edit(f.base, values)
	if err == nil {
		_, err = site.ParseProfile(f.cfg.Folder, next)
	}
	if err == nil {
		f.next = next
		return
	}
	f.place(err)
}

// limits is the list of critical limits that is typed. A number that is none
// stays beside its field.
func (f *Form) limits() any {
	list := []guideline.Limit{}
	for _, b := range f.bounds {
		path := limitPath(b)
		typed := strings.Replace(strings.TrimSpace(f.state.Typed[path]), ",", ".", 1)
		if typed == "" {
			continue
		}
		n, err := vitals.ParseDecimal(typed)
		switch {
		case err != nil:
			f.state.Problems[path] = site.Problem{Path: path, Why: site.WhyNumber, Err: err}
		case n.Cmp(b.Least) < 0, n.Cmp(b.Most) > 0:
			f.state.Problems[path] = site.Problem{Path: path, Why: site.WhyRange, Least: b.Least.String(), Most: b.Most.String(), Err: guideline.ErrLimit}
		}
		list = append(list, guideline.Limit{Measure: b.Measure, Unit: b.Unit, Side: b.Side, At: n})
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// place puts what the file would refuse beside the items.
func (f *Form) place(err error) {
	found, ok := errors.AsType[site.Problems](err)
	if !ok {
		found = site.Problems{{Why: site.WhyOther, Err: err}}
	}
	for _, p := range found {
		at := ""
		for path := range f.state.Typed {
			if p.Path == path || strings.HasPrefix(p.Path, path+".") {
				at = path
			}
		}
		if at == "" { // of what no field shows: with the first that was changed
			for path, typed := range f.state.Typed {
				if typed != f.loaded[path] && (at == "" || path < at) {
					at = path
				}
			}
		}
		if _, has := f.state.Problems[at]; !has {
			f.state.Problems[at] = p
		}
	}
}

// LookAtPrinters asks the print service for its queues.
func (f *Form) LookAtPrinters(ctx context.Context) {
	if f.cfg.Printer == nil {
		return
	}
	queues, err := f.cfg.Printer.Queues(ctx)
	f.change(func() { f.state.Queues, f.state.Trouble = queues, err })
}

// PaperIn returns the paper that the settings say is in a queue; A4 if they say
// nothing.
func (f *Form) PaperIn(queue string) reports.Paper {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, kind := range printed() {
		if where, on := f.now.PrinterFor(kind); where == queue {
			return on
		}
	}
	return reports.A4
}
