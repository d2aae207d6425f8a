package clinic

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/app/office"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vault"
	"aidpost/ui/kit"
)

// Safeguard tells the screen where the records and their backups are. It is
// called before Serve.
func (c *Clinic) Safeguard(p office.Place) { c.place = &p }

// backupsPage is the backups at the leading side, and beside them what can be
// done now and the keys.
type backupsPage struct {
	c      *Clinic
	safe   *office.Safe
	rows   []office.Copy
	status *fyne.Container // what is under way, or what came of it
	side   *fyne.Container
	body   *fyne.Container
	list   *kit.List
	table  fyne.CanvasObject
	shown  string
	said   string
	folder *kit.Entry // of a copy elsewhere, while that is asked for
	place  *kit.Field // around it
	typed  *kit.Entry // the recovery key as typed from paper
	object fyne.CanvasObject
}

// backupColumns are the shares of when, how old and how large.
var backupColumns = []float32{3.3, 1.9, 1.6}

func newBackups(c *Clinic) page {
	if c.place == nil {
		return &still{c.empty(assets.DrawingDone, words.FrameNothingTitle, words.FrameNothing)}
	}
	p := &backupsPage{c: c, status: container.NewStack(), side: container.NewStack(), body: container.NewStack()}
	p.list = kit.NewList(c.look, c.listRowHeight(), func() kit.ListRow { return kit.NewCells(c.look, backupColumns, p.cells) })
	p.list.OnOpened = func(i int) { p.openCopy(p.rows[i]) }
	p.table = kit.NewCard(c.look, 0, container.NewBorder(
		kit.NewColumn(0, kit.NewHead(c.look, backupColumns, c.t(words.BackupsColumnMade), c.t(words.BackupsColumnAge), c.t(words.BackupsColumnSize)), kit.NewHairline(c.look)),
		nil, nil, nil, p.list))
	p.safe = office.NewSafe(c.office(), *c.place)
	p.object = kit.NewColumn(kit.Space16,
		c.adminHeading(words.AdminBackups, kit.NewButton(c.look, c.t(words.BackupsNow), kit.ButtonStyle{Icon: assets.IconBackup}, func() { p.safe.BackUp() })),
		p.status,
		kit.NewGrow(1, kit.NewRow(c.look, kit.Space16, kit.CrossFill,
			kit.NewGrow(5, p.body), kit.NewGrow(6, kit.NewScroll(p.side)))))
	return p
}

func (p *backupsPage) content() fyne.CanvasObject { return p.object }
func (p *backupsPage) first() fyne.Focusable      { return p.list }
func (p *backupsPage) resume()                    { p.safe.Resume() }

func (p *backupsPage) update(desk.State) {
	s, task := p.safe.State(), p.safe.Task()
	p.showStatus(s, task)
	shown := fmt.Sprint(s.Loaded, task.Done, task.Problem, len(s.Printed), len(s.Copies), p.folder != nil)
	if shown == p.shown {
		return
	}
	p.shown, p.rows = shown, s.Copies
	p.list.SetLength(len(p.rows))
	p.body.Objects = []fyne.CanvasObject{p.table}
	if s.Loaded && len(p.rows) == 0 {
		p.body.Objects = []fyne.CanvasObject{kit.NewCard(p.c.look, kit.Space24, p.c.emptySaying(assets.IconBackup, p.c.t(words.BackupsNone), p.c.t(words.BackupsNoneLead)))}
	}
	p.body.Refresh()
	p.side.Objects = []fyne.CanvasObject{p.beside(s)}
	p.side.Refresh()
	p.object.Refresh()
}

// cells is one backup as the list shows it.
func (p *backupsPage) cells(i int) []kit.Cell {
	if i < 0 || i >= len(p.rows) {
		return nil
	}
	c, b := p.c, p.rows[i]
	age := kit.Cell{Text: c.age(b.Made), Color: kit.ColorInk2}
	if i == 0 && c.desk.Now().Sub(b.Made) > day {
		age.Color, age.Marked, age.Band = kit.ColorInk, true, kit.Watch
	}
	return []kit.Cell{{Text: c.when(b.Made), Bold: i == 0}, age, {Text: kit.Isolate(size(uint64(b.Size))), Color: kit.ColorInk2}}
}

// age is how long ago something was, in the largest unit that says enough.
func (c *Clinic) age(at time.Time) string {
	ago := max(c.desk.Now().Sub(at), 0)
	switch {
	case ago < time.Hour:
		return c.lang.N(words.BackupsMinutes, int(ago/time.Minute))
	case ago < 2*day:
		return c.lang.N(words.BackupsHours, int(ago/time.Hour))
	}
	return c.lang.N(words.BackupsDays, int(ago/day))
}

// openCopy offers what can be done with one backup.
func (p *backupsPage) openCopy(b office.Copy) {
	c := p.c
	check := kit.NewButton(c.look, c.t(words.BackupsCheckThis), kit.ButtonStyle{}, func() {
		c.closeDialog()
		p.safe.CheckCopy(b)
	})
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
		c.title(c.when(b.Made)), c.label(words.BackupsFile, kit.Isolate(b.Path)), c.label(words.BackupsColumnSize, kit.Isolate(size(uint64(b.Size)))),
		c.plain(c.t(words.BackupsWhole))), c.closeButton(), check), nil)
}

// showStatus says what is under way, or what came of it.
func (p *backupsPage) showStatus(s office.SafeState, task office.Task) {
	c := p.c
	said := fmt.Sprint(s.Doing, task.Busy, s.Percent, s.Did, task.Problem, s.Where, task.Done)
	if said == p.said {
		return
	}
	p.said = said
	var notice fyne.CanvasObject
	switch doing := p.safe.Working(); {
	case doing != office.Nothing:
		key := words.BackupsCopying
		if doing == office.Checking || s.Percent > 0 {
			key = words.BackupsChecking
		}
		cancel := kit.NewButton(c.look, c.t(words.CommonCancel), kit.ButtonStyle{Rank: kit.Secondary}, p.safe.Cancel)
		notice = c.row(kit.Space16, kit.NewGrow(1, c.strong(c.t(key, words.With("n", s.Percent)))), cancel)
	case task.Problem != nil:
		notice = kit.NewNotice(c.look, kit.ToneWrong, c.safeProblem(task.Problem, s))
	case s.Did == office.BackingUp:
		notice = kit.NewNotice(c.look, kit.ToneDone, c.t(words.BackupsMade, words.With("folder", s.Where)))
	case s.Did == office.Checking:
		notice = kit.NewNotice(c.look, kit.ToneDone, c.t(words.BackupsSound, words.With("file", filepath.Base(s.Where)),
			words.With("visits", int(s.Report.Encounters)), words.With("people", int(s.Report.Patients))))
	case s.Did == office.Recovery:
		notice = kit.NewNotice(c.look, kit.ToneDone, c.t(words.BackupsRecoveryDone))
	}
	p.status.Objects = nil
	if notice != nil {
		p.status.Objects = []fyne.CanvasObject{notice}
	}
	p.status.Refresh()
	p.object.Refresh()
}

// safeProblem puts an error about backups and keys into words that help.
func (c *Clinic) safeProblem(err error, s office.SafeState) string {
	switch {
	case errors.Is(err, records.ErrCorrupt):
		return c.t(words.BackupsDamaged, words.With("file", filepath.Base(s.Where)))
	case errors.Is(err, office.ErrNoFolder):
		return c.t(words.BackupsNoFolder)
	case errors.Is(err, records.ErrFull):
		return c.t(words.BackupsFull)
	case errors.Is(err, vault.ErrMistyped), errors.Is(err, vault.ErrNotRecovery), errors.Is(err, office.ErrOtherKey):
		return c.t(words.BackupsMistyped)
	case errors.Is(err, staff.ErrDenied):
		return c.t(words.ProblemDenied)
	case isCancelled(err):
		return c.t(words.BackupsCancelled)
	}
	return c.t(words.BackupsFailed)
}
