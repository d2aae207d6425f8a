// Package shift looks what a shift leaves to the next and what is to be done
// before a day is closed: for the staff's window and the command line. Nothing in
// it is guessed from time: what the server holds is what it has proved to hold.
package shift

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"aidpost/app/site"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/quality"
)

// Config is where to look.
type Config struct {
	Store   *records.Store
	Data    string // folder of the records
	Backups string // folder of their backups
	Zone    *time.Location
	Now     func() time.Time
}

// A Shift looks how a day stands.
type Shift struct{ cfg Config }

// New returns what looks how the days of a site stand.
func New(cfg Config) *Shift {
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Shift{cfg}
}

// A State is how a day stands.
type State struct {
	At    time.Time
	Since time.Time // the last closing, or when the day began
	// Untold are the visits with a critical result that nobody was told of,
	// Unfinished those that were begun and not finished, and Holds those that are
	// parked; the oldest first.
	Untold, Unfinished, Holds []records.Summary
	Visits                    int // since then
	// Ending are the lots in use that end soon.
	Ending []quality.Lot
	Checks []records.Check
	Backup time.Time // the newest; zero: there is none
	Sync   records.SyncReceipt
	Shifts records.Shifts
}

// Handovers are the notes since the last closing but one, the newest first: those
// that a shift may not have read.
func (s State) Handovers() []records.Handover {
	var since time.Time
	if n := len(s.Shifts.Closings); n > 1 {
		since = s.Shifts.Closings[n-2].At
	}
	all := slices.DeleteFunc(slices.Clone(s.Shifts.Handovers), func(h records.Handover) bool { return h.At.Before(since) })
	slices.Reverse(all)
	return all[:min(len(all), mostHandovers)]
}

// mostHandovers is how many notes are worth reading.
const mostHandovers = 10

// Check returns one check by its name.
func (s State) Check(name string) records.Check {
	i := slices.IndexFunc(s.Checks, func(c records.Check) bool { return c.Name == name })
	if i < 0 {
		return records.Check{Name: name}
	}
	return s.Checks[i]
}

// untoldFor is how far back critical results are looked for.
const untoldFor = 14 * 24 * time.Hour

// Look looks how the day stands, in somebody's hands.
func (s *Shift) Look(ctx context.Context, a *records.Access) (State, error) {
	now := s.cfg.Now()
	st := State{At: now, Since: s.startOfDay(now)}
	var err error
	if st.Shifts, err = a.Shifts(ctx); err != nil {
		return State{}, err
	}
	if last, ok := st.Shifts.Last(); ok && last.At.Before(now) {
		st.Since = last.At
	}
	if err := s.visits(ctx, a, &st); err != nil {
		return State{}, err
	}
	profile, err := site.LoadProfile(s.cfg.Data)
	if err != nil {
		return State{}, err
	}
	profile = profile.In(s.cfg.Zone)
	log, err := a.Quality(ctx)
	if err != nil {
		return State{}, err
	}
	controls := s.controls(log, profile)
	st.Ending = log.Ending(now)
	tray, err := s.cfg.Store.Tray(ctx)
	if err != nil {
		return State{}, err
	}
	unclean, err := profile.Hygiene(s.cfg.Data).Waiting()
	if err != nil {
		return State{}, err
	}
	if err := s.kept(ctx, &st); err != nil {
		return State{}, err
	}
	for _, name := range records.CheckNames() {
		c := records.Check{Name: name}
		switch name {
		case "criticals":
			for _, sum := range st.Untold {
				c.Open += sum.Untold
			}
		case "unfinished":
			c.Open = len(st.Unfinished)
		case "holds":
			c.Which = why(st.Holds)
		case "tray":
			c.Which = s.orphans(tray)
		case "controls":
			c.Which = called(controls)
		case "cleaning":
			c.Which = called(unclean)
		case "backup":
			if now.Sub(st.Backup) > backupFor {
				c.Open = 1
			}
		case "waiting":
			c.Open = st.Sync.Waiting
		case "refused":
			c.Open = st.Sync.Refused
		}
		c.Open += len(c.Which)
		st.Checks = append(st.Checks, c)
	}
	return st, nil
}

// Close looks once more and closes the day, with the reasons why something is left
// open, by the names of the checks. A reason for what is done by now is dropped.
// Signer answers for it; see records.Access.CloseDaySigned.
func (s *Shift) Close(ctx context.Context, a, signer *records.Access, reasons map[string]string) (records.Closing, error) {
	st, err := s.Look(ctx, a)
	if err != nil {
		return records.Closing{}, err
	}
	c := records.Closing{Since: st.Since.UTC(), Visits: st.Visits, Checks: st.Checks, Sync: st.Sync}
	for i := range c.Checks {
		if c.Checks[i].Open > 0 {
			c.Checks[i].Reason = strings.TrimSpace(reasons[c.Checks[i].Name])
		}
	}
	return a.CloseDaySigned(ctx, c, signer)
}

func (s *Shift) startOfDay(now time.Time) time.Time {
	y, m, d := now.In(s.cfg.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, s.cfg.Zone)
}

// visits finds those that somebody has to do something about.
func (s *Shift) visits(ctx context.Context, a *records.Access, st *State) error {
	from := st.At.Add(-untoldFor)
	if st.Since.Before(from) {
		from = st.Since
	}
	err := a.Encounters(ctx, records.Filter{Since: from}, func(sum records.Summary) error {
		if !sum.Status.Visit() {
			return nil
		}
		if sum.Untold > 0 {
			st.Untold = append(st.Untold, sum)
		}
		if sum.Started.Before(st.Since) {
			return nil
		}
		st.Visits++
		if _, held := sum.Hold(st.At); held {
			st.Holds = append(st.Holds, sum)
		} else if sum.Status == records.InProgress {
			st.Unfinished = append(st.Unfinished, sum)
		}
		return nil
	})
	for _, list := range [][]records.Summary{st.Untold, st.Unfinished, st.Holds} {
		slices.Reverse(list)
	}
	return err
}

// why returns the reasons of holds.
func why(holds []records.Summary) (reasons []string) {
	for _, sum := range holds {
		reasons = append(reasons, string(sum.Turns.Last().Reason))
	}
	return reasons
}

// controls returns the instruments whose control is due, or whose last one was out
// of control.
func (s *Shift) controls(log *quality.Log, p site.Profile) (due []quality.Instrument) {
	for _, id := range log.Instruments() {
		driver, ok := catalogue.Find(id.Model)
		if e, enrolled := log.Enrolled(id); !ok || enrolled && e.Retired {
			continue
		}
		plan, asked := p.Plan(driver.Model().Panel)
		if asked && slices.ContainsFunc(log.Locks(plan, id, s.cfg.Now()), func(l quality.Lock) bool {
			return slices.Contains([]quality.Lock{quality.NoControl, quality.ControlDue, quality.OutOfControl, quality.Altered}, l)
		}) {
			due = append(due, id)
		}
	}
	return due
}

// backupFor is how old the newest backup may be at the end of a day.
const backupFor = 24 * time.Hour

// kept looks for the newest backup and at what the server holds.
func (s *Shift) kept(ctx context.Context, st *State) error {
	all, err := site.Backups(s.cfg.Backups)
	if err != nil {
		return err
	}
	if n := len(all); n > 0 {
		st.Backup = all[n-1].Made
	}
	server, err := site.LoadSync(s.cfg.Data)
	if errors.Is(err, site.ErrNoSync) {
		return nil
	}
	if err != nil {
		return err
	}
	stats, err := s.cfg.Store.OutboxStats(ctx)
	if err != nil {
		return err
	}
	state, err := s.cfg.Store.ServerState(ctx, records.ServerAt(strings.TrimRight(server.URL, "/")))
	if err != nil {
		return err
	}
	st.Sync = records.SyncReceipt{
		Server: server.URL, Holds: stats.Done, Waiting: stats.Pending + stats.InFlight, Refused: stats.Dead, Kept: stats.Held,
		Oldest: stats.Oldest, Answered: state.Good,
	}
	return nil
}

// orphans says of readings in the tray which instrument they are of and when they
// were measured: what they are is in the tray.
func (s *Shift) orphans(tray []*records.Encounter) (which []string) {
	for _, e := range tray {
		o := e.Observations[0]
		name := strings.Join(strings.Fields(o.Origin.Device.Maker+" "+o.Origin.Device.Model+" "+o.Origin.Device.Serial), " ")
		which = append(which, name+", "+o.Taken.In(s.cfg.Zone).Format("2006-01-02 15:04"))
	}
	return which
}

// called is what people call instruments.
func called(all []quality.Instrument) (names []string) {
	for _, id := range all {
		name := id.Model
		if d, ok := catalogue.Find(id.Model); ok {
			name = strings.TrimSpace(d.Model().Maker + " " + d.Model().Name)
		}
		if id.Serial != "" {
			name += " " + id.Serial
		}
		names = append(names, name)
	}
	return names
}
