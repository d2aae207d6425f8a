package kiosk

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/ui/kit"
)

// Paper prints and saves summaries. Its methods block and are called on
// goroutines of the kiosk's own.
type Paper interface {
	// Printer says how the printer stands, in the printer's own truth.
	Printer(ctx context.Context) PrintStatus
	// Print prints a summary and tells every change until the paper is out or
	// the job has failed.
	Print(ctx context.Context, s Summary, tell func(PrintStatus))
	// Save writes the summary as a file and returns its name.
	Save(ctx context.Context, s Summary) (name string, err error)
	// Code returns the numbers as a code to scan, or ErrMadeUp.
	Code(ctx context.Context, s Summary) (Code, error)
}

// Summary is what goes on paper.
type Summary struct {
	Encounter *records.Encounter
	History   []records.Observation
	Who       guideline.Subject // as the rules know the person
	Tier      guideline.Tier    // the highest of the visit
	Lang      words.Lang
	Copy      int // 2 and more are copies
	// Forgotten: nothing of the visit stays in the kiosk.
	Forgotten bool
}

// A PrintStatus says how a printer or a job stands.
type PrintStatus string

// The states of a printer and of a job.
const (
	PrinterReady    PrintStatus = "ready"
	PrinterNone     PrintStatus = "none"
	PrintingNow     PrintStatus = "printing"
	PrintWaiting    PrintStatus = "waiting"
	PrintOutOfPaper PrintStatus = "paper-out"
	PrintOffline    PrintStatus = "offline"
	PrintStopped    PrintStatus = "stopped"
	PrintFailed     PrintStatus = "failed"
	PrintCancelled  PrintStatus = "cancelled"
	PrintDone       PrintStatus = "done"
)

// finish lets the person take the result along, and says goodbye.
type finish struct {
	still
	k        *Kiosk
	summary  Summary
	status   *kit.Text
	print    *kit.Button
	save     *kit.Button
	code     *kit.Button
	saved    *kit.Text
	holder   *fyne.Container
	choices  fyne.CanvasObject
	shown    *kit.Code // nil until the person asks for it
	pin      *kit.Button
	pinState visit.PINState
	ctx      context.Context
	stop     context.CancelFunc
	printing atomic.Bool
	// forgotten: nothing of the visit stays here; filed: but a file of it does.
	forgotten, filed bool
}

func newFinish(k *Kiosk, s visit.State) screen {
	f := &finish{k: k, summary: Summary{Encounter: s.Encounter, Lang: k.lang}, status: k.quiet("", kit.SizeLead), saved: k.quiet("", kit.SizeBody)}
	for _, r := range s.Results {
		f.summary.History = append(f.summary.History, r.History...)
		f.summary.Who, f.summary.Tier = r.Subject, max(f.summary.Tier, r.Tier)
	}
	f.pinState = s.PIN
	f.ctx, f.stop = context.WithCancel(context.Background())
	f.print = kit.NewButton(k.look, k.t(words.TakePrint), kit.ButtonStyle{Icon: assets.IconPrint}, f.startPrint)
	f.save = k.secondary(words.TakeSave, assets.IconBackup, f.startSave)
	done := kit.NewButton(k.look, k.t(words.TakeDone), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconCheck, Tall: true}, k.do(k.visit.Leave))
	more := k.secondary(words.TakeMore, assets.IconMore, k.do(k.visit.MeasureAnother))
	next := k.secondary(words.TakeNext, assets.IconAddPerson, k.do(k.visit.Next))
	f.code = k.secondary(words.TakeCode, assets.IconPhone, f.showCode)
	f.choices = k.lay(page{
		title: k.t(words.TakeTitle), thing: k.visitCard(s, f.onward(more, next)...), tall: true, long: len(s.Results) > fewOffers, private: true,
		more:    f.said(s, more, next),
		actions: f.actions(done, more, next),
	})
	f.holder = container.NewStack(f.choices)
	f.object = f.holder
	f.save.Hide()
	go f.askPrinter()
	f.update(s)
	return f
}

// actions are the buttons, the main one first.
func (f *finish) actions(done, more, next fyne.CanvasObject) []fyne.CanvasObject {
	all := []fyne.CanvasObject{done, f.print, f.code, f.save}
	if f.k.look.Class == kit.Portrait { // in reach from a chair
		return append(all, more, next)
	}
	return all
}

// said are the words beside the results. On a small panel the ways on other than
// out stand below them.
func (f *finish) said(s visit.State, more, next fyne.CanvasObject) []fyne.CanvasObject {
	said := append([]fyne.CanvasObject{f.status, f.saved}, f.offerPIN(s)...)
	said = append(said, f.k.quiet(f.k.t(words.FinishCuff), kit.SizeBody))
	if f.k.look.Class == kit.Compact && !f.k.large() {
		said = append(said, more, next)
	}
	return said
}

// onward are the ways on other than out. They stand under the results: what is
// taken along stands by itself.
func (f *finish) onward(more, next fyne.CanvasObject) []fyne.CanvasObject {
	switch {
	case f.k.look.Class == kit.Portrait, f.k.look.Class == kit.Compact && !f.k.large():
		return nil
	case f.k.large(), f.k.look.Text <= kit.TextNormal && f.k.look.Class == kit.Landscape:
		return []fyne.CanvasObject{kit.NewSpacer(), more, next}
	}
	return []fyne.CanvasObject{kit.NewSpacer(), f.k.sideBySide(more, next)}
}

// leave ends what the screen has under way with the printer; a job that was
// sent stays sent. No code outlives it.
func (f *finish) leave() {
	f.stop()
	if f.shown != nil {
		f.shown.Clear()
	}
}

func (f *finish) update(s visit.State) {
	said := f.k.t(words.FinishGuest)
	switch {
	case s.SaveError != nil:
		said = f.k.notSaved(s.SaveError)
	case s.Keeping && s.Saved:
		said = f.k.t(words.FinishSaved)
	case s.Keeping:
		said = f.k.t(words.StatusSaving)
	case f.filed:
		said = ""
	}
	f.forgotten = !s.Keeping && s.SaveError == nil && !f.filed
	f.k.say(f.saved, said)
	f.followPIN(s)
}

// notSaved says why results are not on disk, and what to do about it.
func (k *Kiosk) notSaved(err error) string {
	return k.t(saveProblem(err)) + " " + k.t(words.ErrorNotSavedKeep)
}

// saveProblem finds the words for a failed save.
func saveProblem(err error) words.Key {
	switch {
	case errors.Is(err, records.ErrFull):
		return words.ErrorDiskFull
	case errors.Is(err, records.ErrReadOnly):
		return words.ErrorReadOnly
	}
	return words.ErrorNotSaved
}

// visitCard lists what was measured in this visit, and below it what else there is
// to do.
func (k *Kiosk) visitCard(s visit.State, below ...fyne.CanvasObject) fyne.CanvasObject {
	rows := []fyne.CanvasObject{k.text(k.t(words.ResultVisitTitle), kit.SizeTitle, true)}
	many := len(s.Results) > fewOffers && k.look.Class != kit.Portrait
	pad, gap := float32(kit.Space32), k.gap()
	switch {
	case many:
		pad, gap = kit.Space16, kit.Space8
	case len(s.Results) > fewOffers:
		pad, gap = kit.Space24, kit.Space16
	}
	for _, res := range s.Results {
		rows = append(rows, kit.NewHairline(k.look), k.visitRow(res, many))
	}
	return kit.NewCard(k.look, pad, kit.NewColumn(gap, append(rows, below...)...))
}

// visitRow is one measurement: its name, its value and the range that it lies in.
func (k *Kiosk) visitRow(res visit.PanelResult, many bool) fyne.CanvasObject {
	called := k.panelName(res.Panel)
	if res.Own { // of another day, perhaps
		called += " · " + kit.Isolate(k.moment(res.Taken))
	}
	name, value := k.quiet(called, kit.SizeBody), k.panelValue(res)
	var badge fyne.CanvasObject
	if len(res.Judged) > 0 {
		badge = k.judged(res, res.Judged[0].Part)
	}
	if k.large() { // nothing beside anything
		cells := []fyne.CanvasObject{name, value}
		if badge != nil {
			cells = append(cells, badge)
		}
		return kit.NewColumn(kit.Space8, cells...)
	}
	narrow := k.look.Class == kit.Compact || k.look.Text > kit.TextNormal || res.Own
	if narrow && !many { // long words of a range would leave no width for the name and the value
		value, badge = k.heroRow(value, badge), nil
	}
	row := []fyne.CanvasObject{
		kit.NewIcon(k.look, panelIcon(res.Panel), 48, kit.ColorAction), kit.NewGrow(1, kit.NewColumn(0, name, value)),
	}
	if many { // name and value on one line
		return kit.NewRow(k.look, kit.Space24, kit.CrossCenter, kit.NewGrow(1, name), k.heroRow(value, badge))
	}
	if badge != nil {
		row = append(row, badge)
	}
	return kit.NewRow(k.look, kit.Space24, kit.CrossCenter, row...)
}

func (k *Kiosk) panelValue(res visit.PanelResult) fyne.CanvasObject {
	measures := res.Panel.Main()
	if len(measures) == 2 {
		q, _ := res.Values.Get(measures[0])
		return kit.NewQuantity(k.look, k.pressureNumbers(res.Values), q.Unit.Symbol(), "", kit.SizeTitle, kit.Leading)
	}
	q, _ := res.Values.Get(measures[0])
	return kit.NewQuantity(k.look, string(q.Comparator)+k.lang.Number(q.Value.String()), q.Unit.Symbol(), "", kit.SizeTitle, kit.Leading)
}

const printerTimeout = 5 * time.Second

func (f *finish) askPrinter() {
	ctx, cancel := context.WithTimeout(f.ctx, printerTimeout)
	defer cancel()
	status := f.k.cfg.Paper.Printer(ctx)
	f.k.cfg.Post(func() {
		if !f.printing.Load() {
			f.tell(status)
		}
	})
}

// tell shows how the printer or the job stands.
func (f *finish) tell(s PrintStatus) {
	if f.ctx.Err() != nil {
		return
	}
	keys := map[PrintStatus]words.Key{
		PrinterReady: words.TakeReady, PrinterNone: words.TakeNoPrinter, PrintingNow: words.TakePrinting,
		PrintOutOfPaper: words.TakePaperOut, PrintOffline: words.TakeOffline, PrintStopped: words.TakeStopped,
		PrintFailed: words.TakeFailed, PrintCancelled: words.TakeCancelled, PrintDone: words.TakePaper,
	}
	if s == PrintWaiting {
		f.k.say(f.status, f.k.lang.N(words.TakeWaiting, 1))
	} else {
		f.k.say(f.status, f.k.t(keys[s]))
	}
	switch s {
	case PrinterNone, PrintFailed, PrintOffline, PrintStopped, PrintOutOfPaper:
		// No paper comes out: a file is the other way to keep the result.
		f.offerFile()
	}
	switch s {
	case PrinterNone:
		f.print.Disable()
	case PrintingNow, PrintWaiting:
		f.print.Disable()
	case PrintDone:
		f.print.Enable()
		f.print.SetLabel(f.k.t(words.TakeCopy))
	default:
		f.print.Enable()
	}
	f.k.visit.Touch()
}

func (f *finish) offerFile() {
	if !f.save.Visible() {
		f.save.Show()
		f.choices.Refresh()
	}
}

func (f *finish) startPrint() {
	f.k.visit.Touch()
	if !f.printing.CompareAndSwap(false, true) {
		return
	}
	f.summary.Copy++
	summary := f.summary
	summary.Forgotten = f.forgotten
	f.tell(PrintingNow)
	go func() {
		defer f.printing.Store(false)
		f.k.cfg.Paper.Print(f.ctx, summary, func(s PrintStatus) {
			f.k.cfg.Post(func() { f.tell(s) })
		})
	}()
}

func (f *finish) startSave() {
	f.k.visit.Touch()
	f.k.say(f.status, f.k.t(words.TakeSaving))
	f.save.Disable()
	go func() {
		name, err := f.k.cfg.Paper.Save(f.ctx, f.summary)
		f.k.cfg.Post(func() {
			f.save.Enable()
			if err != nil {
				f.k.say(f.status, f.k.t(words.TakeSaveFailed))
				return
			}
			f.k.say(f.status, f.k.t(words.TakeSavedFile, words.With("name", kit.Isolate(name))))
			f.filed = true
			f.update(f.k.visit.State())
		})
	}()
}
