package settings

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/staff"
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
	f := &Form{cfg: cfg}
	if f.bounds, err = guideline.Bounds(); err != nil {
		return nil, err
	}
	f.items = itemsOf(tags, protocols, f.bounds)
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

// typedOf writes settings as they would be typed.
func (f *Form) typedOf(p site.Profile, text []byte) (map[string]string, error) {
	typed := map[string]string{}
	whole, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	var counts, said map[string]any
	if err := errors.Join(json.Unmarshal(whole, &counts), json.Unmarshal(text, &said)); err != nil {
		return nil, err
	}
	for _, items := range f.items {
		for _, item := range items {
			from := counts
			if item.Path == "emergency" { // that of the country is not said
				from = said
			}
			typed[item.Path] = item.typed(at(from, item.Path))
		}
	}
	for _, l := range p.Critical {
		typed[limitPath(guideline.Bound{Measure: l.Measure, Unit: l.Unit, Side: l.Side})] = l.At.String()
	}
	return typed, nil
}

// at returns what stands at a path; nil if nothing does.
func at(in map[string]any, path string) any {
	name, rest, deeper := strings.Cut(path, ".")
	if inner, ok := in[name].(map[string]any); ok && deeper {
		return at(inner, rest)
	}
	if deeper {
		return nil
	}
	return in[name]
}

func (i Item) typed(value any) string {
	switch v := value.(type) {
	case []any:
		var parts []string
		for _, each := range v {
			parts = append(parts, fmt.Sprint(each))
		}
		if i.Kind == Lines {
			return strings.Join(parts, "\n")
		}
		return strings.Join(parts, ",")
	case string:
		if i.Kind == Picture {
			picture, _ := base64.StdEncoding.DecodeString(v) // written by encoding/json
			return string(picture)
		}
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// value returns what was typed as the file has it; nil for the default.
func (i Item) value(typed string) (any, error) {
	trimmed := strings.TrimSpace(typed)
	switch i.Kind {
	case Number:
		if trimmed == "" {
			return nil, nil
		}
		n, err := strconv.Atoi(trimmed)
		return n, err
	case YesNo:
		return typed == "true", nil
	case Picture:
		if typed == "" {
			return nil, nil
		}
		return []byte(typed), nil
	case Lines, Order:
		by := map[Kind]string{Lines: "\n", Order: ","}[i.Kind]
		var list []string
		for part := range strings.SplitSeq(typed, by) {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
		if list == nil {
			return nil, nil
		}
		return list, nil
	}
	if trimmed == "" && !i.Needed {
		return nil, nil
	}
	return trimmed, nil
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

// Review shows what would change, if nothing is wrong.
func (f *Form) Review() {
	f.change(func() {
		if f.next == nil || len(f.state.Problems) > 0 {
			return
		}
		after, err := site.ParseProfile(f.cfg.Folder, f.next)
		if err == nil {
			f.state.Changes, err = site.Changes(f.now, after)
		}
		if err != nil {
			f.place(err)
		}
	})
}

// Forget goes back from the review to the fields.
func (f *Form) Forget() { f.change(func() { f.state.Changes = nil }) }

// Apply saves what was reviewed: on record first, then in the file, then in
// what runs. A file that somebody else has changed meanwhile is not overwritten.
func (f *Form) Apply() {
	f.mu.Lock()
	next, read, changes := f.next, f.text, f.state.Changes
	ready := next != nil && len(changes) > 0 && !f.state.Saving
	f.mu.Unlock()
	if ready {
		f.save(read, next, reasonOf(changes))
	}
}

// Back puts the settings before the last change back.
func (f *Form) Back() {
	before, err := site.Previous(f.cfg.Folder)
	f.mu.Lock()
	read, ready := f.text, err == nil && !f.state.Saving
	f.mu.Unlock()
	if ready {
		f.save(read, before, "settings: the last change was taken back")
	}
}

// ErrChanged reports settings that somebody else has changed meanwhile.
var ErrChanged = errors.New("the settings were changed meanwhile")

func (f *Form) save(read, next []byte, reason string) {
	f.change(func() { f.state.Saving = true })
	var after site.Profile
	f.cfg.Do(func(ctx context.Context, a *records.Access) error {
		if now, err := site.Settings(f.cfg.Folder); err != nil || !slices.Equal(now, read) {
			return errors.Join(err, ErrChanged)
		}
		if _, err := site.ParseProfile(f.cfg.Folder, next); err != nil {
			return err
		}
		if err := a.Note(ctx, records.Deed{Action: staff.ChangeSetting, Reason: reason}); err != nil {
			return err
		}
		if _, err := site.SaveSettings(f.cfg.Folder, next); err != nil {
			return err
		}
		p, err := site.LoadProfile(f.cfg.Folder) // as it counts on this machine
		if after = p; err == nil && f.cfg.Applied != nil {
			f.cfg.Applied(after)
		}
		return err
	}, func(err error) bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.state.Saving = false
		if err == nil || errors.Is(err, ErrChanged) {
			f.load()
		}
		return false
	})
}

// reasonOf names the settings that change, for the audit trail. Their values
// stand in the file and in the one before.
func reasonOf(changes []site.Change) string {
	var names []string
	for _, c := range changes {
		names = append(names, c.Path)
	}
	const most = 12
	if more := len(names) - most; more > 0 {
		names = append(names[:most], fmt.Sprintf("and %d more", more))
	}
	return "settings: " + strings.Join(names, ", ")
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
