package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/about"
	"aidpost/app/alarm"
	"aidpost/app/call"
	"aidpost/app/clerk"
	"aidpost/app/cli"
	"aidpost/app/desk"
	"aidpost/app/office"
	"aidpost/app/power"
	"aidpost/app/site"
	"aidpost/app/takeaway"
	"aidpost/app/timing"
	"aidpost/app/visit"
	"aidpost/app/voice"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/quality/rest"
	"aidpost/reports/cups"
	"aidpost/ui/clinic"
	"aidpost/ui/kiosk"
)

// A program is the kiosk and the staff's screen with what they stand on.
type program struct {
	ctx    context.Context
	asked  cli.Window
	log    *slog.Logger
	words  *words.Catalogue
	rules  *guideline.Rules
	kiosk  *kiosk.Kiosk
	window fyne.Window // of the patients; in it damaged records are mended, too
	opened time.Time

	clinic *clinic.Clinic // nil without a staff's window
	office fyne.Window    // of the staff; the same as window where it is the only one
	sides  *sides         // of a window that both share; nil where they do not
	desk   *desk.Desk     // nil while the records are damaged

	profile site.Profile                 // as it was at the start
	now     atomic.Pointer[site.Profile] // as it counts now

	mending sync.Mutex // held while the records are brought back
	lacking bool       // the records are damaged, and guests are measured without them
	site    *site.Site // of other records while they are damaged, if it could be opened
	visitor *records.Access
	voice   *voice.Voice // nil where the system has no speech engine
	calls   *call.Board  // for help; nil likewise. Whoever shows them to staff subscribes
	// meanwhile takes them while the records are damaged; nil: they were not.
	meanwhile *call.Board
	bell      *alarm.Bell  // for the calls, at staff's window; nil likewise
	visit     *visit.Visit // nil likewise
	times     *timing.Book // nil likewise
	power     *power.Watch
	served    bool
}

// newProgram makes a kiosk that needs no records yet.
func newProgram(ctx context.Context, w cli.Window, log *slog.Logger) (*program, error) {
	profile, err := site.LoadProfile(w.Data)
	if err != nil {
		return nil, err
	}
	profile = profile.In(w.Zone)
	profile.Fill(&w.Config)
	p := &program{ctx: ctx, asked: w, log: log, profile: profile, opened: time.Now()}
	p.now.Store(&profile)
	if p.words, err = words.Load(); err != nil {
		return nil, err
	}
	if p.rules, err = site.Rules(profile.Choice(w.Guideline)); err != nil {
		return nil, err
	}
	p.voice = newVoice(log)
	p.power = power.New(power.Look)
	patients := kiosk.Config{
		Words: p.words, Rules: p.rules, Zone: w.Zone, Post: fyne.Do, Simulated: w.Simulate,
		Shares: shares(w.Data), Voice: spokenBy(p.voice),
		Switch:  time.Duration(profile.SwitchSeconds * float64(time.Second)),
		Battery: func() (int, bool) { s := p.power.Now(); return s.Percent, s.Low() },
		Notice: func() words.Key { // asked while there is a visit
			if p.lacking {
				return words.ErrorCorrupt
			}
			return site.Notice(p.site.Store.Condition())
		},
		Paper: &takeaway.Counter{
			Profile: p.settings, Rules: p.rules, Zone: w.Zone, Spooler: cups.New(nil),
			Folder: filepath.Join(w.Data, site.SummaryFolder), Demo: w.Simulate, Log: log, Note: p.note, Signer: p.signer,
			Seal: func(ctx context.Context, encounter records.ID, paper []byte) ([]byte, error) {
				return p.visitor.SealSummary(ctx, encounter, paper)
			},
		},
	}
	behaviour(profile)(&patients)
	shared := w.Patient && profile.Screen.Shared
	if shared {
		patients.Staff = func() {
			if p.desk != nil { // else staff find it on the welcome
				p.desk.TakeScreen()
			}
		}
	}
	p.kiosk = kiosk.New(patients)
	if w.Staff || shared {
		staffs := clinic.Config{
			Words: p.words, Language: w.Language, Site: profile.Name, Post: fyne.Do, Still: profile.StillPictures,
			About: about.Of(release, profile.Kiosk, string(profile.MachineID()), p.rules.Sources()),
		}
		if shared {
			staffs.Share = func(away bool) { p.sides.turn(away) }
		}
		p.clinic = clinic.New(staffs)
	}
	if shared {
		p.sides = newSides(p.kiosk, p.clinic)
	}
	return p, nil
}

// open opens the site and begins with the visit.
func (p *program) open() (err error) {
	p.lacking = false
	return p.openOn(p.asked.Config)
}

// openOn opens the site on its records, or on those for the time until they are whole.
func (p *program) openOn(c site.Config) (err error) {
	if p.site, err = site.Open(p.ctx, c, p.log); err != nil {
		return err
	}
	labels, err := intended.Load()
	if err != nil {
		return err
	}
	grades, err := quality.LoadGrades()
	if err != nil {
		return err
	}
	steady, err := rest.Load()
	if err != nil {
		return err
	}
	p.times = timing.Open(filepath.Join(p.asked.Data, timing.Folder), p.site.Zone, time.Now, p.log)
	fit, cuff, clean := p.profile.Fit(labels, p.asked.Simulate), p.profile.Cuff(labels, p.asked.Simulate), p.profile.Hygiene(p.asked.Data)
	if p.asked.Patient {
		if err := p.openCalls(); err != nil {
			return err
		}
	}
	if p.clinic != nil && !p.lacking {
		p.bell = p.newBell()
		p.desk = desk.New(desk.Config{
			Store: p.site.Store, Place: p.asked.Place, Zone: p.site.Zone, User: cmp.Or(p.asked.User, "unknown"),
			Consent: site.ConsentVersion, Pause: typingPause, Health: p.health, Log: p.log, Changed: p.clinic.Changed,
			Calls: p.calls, Bell: p.bell, Counter: p.site.Rack, Quality: p.quality, Labels: labels, Hygiene: clean, Papers: p.papers, Printer: cups.New(nil),
			Live: p.site.Rack.Measure, Patients: p.patients(), Times: timing.NewDesk(p.times, time.Now),
			Folders: func() []string { return site.SaveFolders(p.asked.Data) },
		})
		if err := p.administer(); err != nil {
			return err
		}
		p.clinic.Equip(clinic.Equipment{
			Instruments: p.power.Careful(p.site.Rack), Rules: p.rules, Grades: grades, Plan: p.profile.Plan, Place: p.asked.Place, Units: p.profile.Units,
			Fit: fit, Cuff: cuff, Hygiene: clean, Labels: labels, Tray: p.site.Tray,
		})
	}
	if p.clinic != nil && !p.lacking {
		p.clinic.Safeguard(office.Place{
			Store: p.site.Store, Data: p.asked.Data, Backups: p.backups(), Base: p.profile.Base(), Version: p.asked.Version, Sticks: site.Sticks,
		})
	}
	if !p.asked.Patient {
		return nil
	}
	p.kiosk.Time(timing.NewKiosk(p.times, time.Now))
	p.visit = visit.New(visit.Config{
		Calls:       p.calls,
		Instruments: p.power.Careful(p.site.Rack), Store: p.visitor, Rules: p.rules, Place: p.asked.Place, Zone: p.site.Zone, Phones: p.profile.Phones(),
		Language: p.words.Lang(p.asked.Language).Tag(), Consent: site.ConsentVersion, Log: p.log,
		Admit: p.profile.Admit(p.visitor), Rest: steady, CallWhenSilent: p.profile.CallsWhenSilent(), Grades: grades, Fit: fit, Cuff: cuff, Hygiene: clean, Tray: p.site.Tray,
		Idle: idle(p.profile), GuestsOnly: p.lacking,
		Changed: p.kiosk.Changed, Sample: p.kiosk.Sample,
	})
	return nil
}

// openCalls makes the board of calls for help, which the kiosk and the staff's
// window share.
func (p *program) openCalls() error {
	p.visitor = p.site.Store.Visitor(p.profile.Kiosk)
	waits, err := p.profile.Waits()
	if err != nil {
		return err
	}
	open, err := p.site.Store.ResumeCalls(p.ctx)
	if err != nil {
		return err
	}
	p.calls = call.New(call.Config{Waits: waits, Open: open, Keep: p.visitor.KeepCall, Demo: p.asked.Simulate, Log: p.log})
	p.calls.Subscribe(timing.Calls(p.times))
	if len(p.profile.Alarm) > 0 {
		p.calls.Subscribe(call.Command(p.profile.Alarm, p.calls, p.log))
	}
	return nil
}

// newBell makes what is heard of the calls at this computer.
func (p *program) newBell() *alarm.Bell {
	var player alarm.Player
	if found := voice.FindPlayer(exec.LookPath); found != nil {
		player = found
	}
	return alarm.NewBell(player, p.profile.AlarmVolume, p.log)
}

// quality names an instrument as quality control knows it, and says what this
// place asks of its kind.
func (p *program) quality(a instruments.Attached) (quality.Instrument, quality.Plan, bool) {
	plan, asked := p.profile.Plan(a.Model.Panel)
	return visit.InstrumentOf(a), plan, asked
}

// typingPause is how long nobody types before a search is made. A quick typist
// leaves a tenth of a second between two letters.
const typingPause = 180 * time.Millisecond

// health looks at what the records stand on.
func (p *program) health(context.Context) desk.Health {
	h := site.Look(p.asked.Config, p.opened, time.Now())
	found := desk.Health{
		Simulated: p.asked.Simulate, Free: h.Free, Overdue: h.Overdue, Backup: h.Backup,
		Damaged: p.site.Store.Condition().Damaged != nil, Clock: p.site.Store.Condition().ClockMoved,
	}
	if s := p.power.Now(); s.Low() {
		found.Battery, found.NoCuff, found.Closing = max(s.Percent, 1), s.NoCuff(), s.Empty()
	}
	return found
}

// watchPower tells both sides when the computer begins to run on its battery, or
// little is left of it, and ends the program in order before the battery does.
func (p *program) watchPower(ctx context.Context, quit func()) {
	tell := func() {
		s := p.power.Now()
		p.log.Info("the power is another", "battery", s.Battery, "percent", s.Percent)
		fyne.Do(func() {
			if p.served && p.visit != nil {
				p.kiosk.Closing(s.Empty())
				p.kiosk.Changed()
			}
			if p.served && p.desk != nil {
				p.desk.LookAgain()
			}
		})
	}
	if p.power.Now().Empty() { // as it was started; then there is no change to come
		tell()
	}
	p.power.Run(ctx, tell, func() {
		p.log.Warn("the battery is empty: the program ends, and everything in the records is on disk", "percent", p.power.Now().Percent)
		fyne.Do(quit)
	})
}

// note puts on record what leaves the kiosk. There is paper only where there is
// a visit, and so records.
func (p *program) note(ctx context.Context, d records.Deed) error { return p.visitor.Note(ctx, d) }

// papers returns what writes the site's reports, in the hands of staff.
func (p *program) papers(ctx context.Context, a *records.Access) (*clerk.Clerk, error) {
	signer, err := clerk.NewSigner(ctx, a, p.settings())
	if err != nil {
		return nil, err
	}
	return &clerk.Clerk{
		Signer: signer, Access: a, Profile: p.settings(), Rules: p.rules, Words: p.words, Zone: p.site.Zone, Lang: p.asked.Language, Now: time.Now,
		Chain: p.site.Store.AuditHead, Times: p.times.Figures,
	}, nil
}

// signer returns what signs the numbers on this kiosk's papers.
func (p *program) signer(ctx context.Context) (clerk.Signer, error) {
	return clerk.NewSigner(ctx, p.visitor, p.settings())
}

// serve shows the visit and the desk in their windows.
func (p *program) serve() {
	if p.visit != nil {
		p.kiosk.Serve(p.visit, p.window.Canvas(), p.window.Canvas().Size())
	}
	if p.desk != nil {
		if p.sides == nil {
			p.office.SetContent(p.clinic.Content())
		}
		p.clinic.Serve(p.desk, p.office.Canvas())
	}
	p.served = true
}

// answer calls back from the window's goroutine when the visit answers, too:
// what a watchdog wants to know.
func (p *program) answer(back func()) {
	fyne.Do(func() {
		if p.served && p.visit != nil {
			p.visit.State()
		}
		if p.served && p.desk != nil {
			p.desk.State()
		}
		back()
	})
}

// backups is the folder of the backups.
func (p *program) backups() string {
	return cmp.Or(p.asked.Backups, filepath.Join(p.asked.Data, site.BackupFolder))
}

// close ends what was begun, in order.
func (p *program) close() {
	p.mending.Lock()
	defer p.mending.Unlock()
	if p.served && p.visit != nil {
		p.kiosk.Stop()
	}
	if p.served && p.desk != nil {
		p.clinic.Stop()
	}
	if p.desk != nil {
		p.desk.Close()
		p.bell.Close()
	}
	if p.visit != nil {
		p.visit.Close()
	}
	for _, board := range []*call.Board{p.calls, p.meanwhile} {
		if board != nil {
			board.Close()
		}
	}
	p.times.Close()
	if p.voice != nil {
		p.voice.Close()
	}
	if p.site != nil {
		if err := p.site.Close(); err != nil {
			p.log.Error("closing the records", "error", err)
		}
	}
}

// newVoice finds what reads aloud at this computer; nil if nothing does.
func newVoice(log *slog.Logger) *voice.Voice {
	program, err := os.Executable()
	if err != nil {
		log.Warn("looking for clips", "error", err)
	}
	clips := voice.FindClips(voice.FindPlayer(exec.LookPath), voice.Folders(program)...)
	return voice.Find(exec.LookPath, clips, log)
}

// spokenBy gives the kiosk a voice, or none: a nil *voice.Voice is no voice.
func spokenBy(v *voice.Voice) kiosk.Voice {
	if v == nil {
		return nil
	}
	return v
}

// shares reports whether there is a server, to which a person may want results
// to go.
func shares(folder string) bool {
	_, err := site.LoadSync(folder)
	return !errors.Is(err, site.ErrNoSync)
}
