package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"aidpost/app/clerk"
	"aidpost/app/strongbox"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports"
	"aidpost/reports/cups"
)

// A run is one press of the button that prints.
type run struct {
	age   int
	ctx   context.Context
	order clerk.Order
	many  bool
	left  []clerk.Order // of the batch before
}

// PrintPaper prints what is chosen: one paper, or those of a batch that are not
// out yet.
func (d *Desk) PrintPaper() {
	var r run
	start := false
	d.change(func() {
		p := &d.state.Papers
		if start = !p.Printing && d.state.Phase == Working; !start {
			return
		}
		d.ages.print++
		r = run{age: d.ages.print, order: d.paperOrder(), many: p.ofMany(), left: d.left}
		p.Printing, p.Bad, p.Said = true, false, Message{Key: words.PapersPrinting}
		r.ctx, d.stop = context.WithCancel(d.ctx)
	})
	if !start {
		return
	}
	d.Do(func(_ context.Context, a *records.Access) error {
		err := d.print(a, r)
		d.change(func() {
			if r.age != d.ages.print {
				return
			}
			stopped := r.ctx.Err() != nil
			d.stop()
			p := &d.state.Papers
			p.Printing, p.Asks = false, errors.Is(err, clerk.ErrPrinted)
			if p.Said, p.Bad = endWords(err, stopped); p.Said.Key != "" {
				err = nil // it is said
			}
		})
		return err
	}, nil)
}

// print prints a run in the hands of whoever pressed the button.
func (d *Desk) print(a *records.Access, r run) error {
	c, err := d.cfg.Papers(r.ctx, a)
	if err != nil {
		return err
	}
	orders := []clerk.Order{r.order}
	switch {
	case r.many && len(r.left) > 0:
		orders = r.left
	case r.many:
		if orders, err = c.Orders(r.ctx, r.order); err != nil {
			return err
		}
	}
	queue, _ := c.Profile.PrinterFor(string(r.order.Kind))
	queue = cmp.Or(d.queueChosen(), queue)
	for i := range orders {
		orders[i].Queue, orders[i].Again = queue, r.order.Again
	}
	return d.printAll(c, r, orders)
}

// stopPrint ends the print of somebody who leaves: nobody would take the paper
// out of the tray. It is called under the lock.
func (d *Desk) stopPrint() {
	if p := &d.state.Papers; p.Printing {
		d.stop()
		d.ages.print++
		p.Printing, p.Bad, p.Said = false, false, Message{Key: words.PapersStopped}
	}
}

func (d *Desk) queueChosen() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state.Papers.How.Queue
}

// printAll prints orders and keeps those that did not come out, for another try.
// Each paper that comes out counts as use: somebody stands at the printer.
func (d *Desk) printAll(c *clerk.Clerk, r run, orders []clerk.Order) error {
	before := 0
	d.change(func() {
		p := &d.state.Papers
		if r.many && p.Done+len(orders) != p.Batch {
			p.Batch, p.Done = len(orders), 0 // somebody came meanwhile
		}
		before = p.Done
	})
	out := 0
	done, err := c.PrintAll(r.ctx, d.cfg.Printer, orders, func(done int, now cups.Progress) {
		if done > out {
			out = done
			d.Used()
		}
		d.change(func() {
			if p := &d.state.Papers; r.age == d.ages.print {
				p.Done = before + done
				p.Said, p.Bad = progressWords(now)
			}
		})
	})
	d.change(func() {
		if p := &d.state.Papers; r.many && p.Patient == "" {
			d.left, p.Done = orders[done:], before+done
			if len(d.left) == 0 {
				p.Done = 0
			}
		}
	})
	return err
}

// CancelPrint takes a print back.
func (d *Desk) CancelPrint() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state.Papers.Printing {
		d.stop()
	}
}

// progressWords says how a print is.
func progressWords(now cups.Progress) (m Message, bad bool) {
	if m, bad = QueueWords(now.Queue); bad {
		return m, bad
	}
	return Message{Key: words.PapersPrinting}, false
}

// QueueWords says how a printer is. Bad ones need somebody.
func QueueWords(q cups.Queue) (m Message, bad bool) {
	printer := words.With("printer", q.Name)
	switch q.Status {
	case cups.OutOfPaper:
		return Message{Key: words.PapersOutOfPaper, Args: []words.Arg{printer}}, true
	case cups.Jam, cups.Stopped, cups.Offline:
		return Message{Key: words.PapersStuck, Args: []words.Arg{printer, saidOr(q.Reason, words.PrinterName(q.Status.String()))}}, true
	}
	return Message{}, false
}

// endWords says how a print ended; nothing for what is no matter of printers.
func endWords(err error, stopped bool) (m Message, bad bool) {
	job, unprinted := errors.AsType[*clerk.JobError](err)
	switch {
	case err == nil:
		return Message{Key: words.PapersPrinted}, false
	case stopped:
		return Message{Key: words.PapersStopped}, false
	case errors.Is(err, clerk.ErrPrinted):
		return Message{Key: words.PapersBefore}, true
	case unprinted:
		return Message{Key: words.PapersNotPrinted, Args: []words.Arg{because(job)}}, true
	case errors.Is(err, cups.ErrNotInstalled), errors.Is(err, cups.ErrNoPrinter):
		return Message{Key: words.PapersNoPrinter}, true
	case errors.Is(err, cups.ErrRefused):
		return Message{Key: words.PapersNotPrinted, Args: []words.Arg{saidOr(refusal(err), words.UnprintedUnsaid)}}, true
	}
	return Message{}, false
}

// saidOr is the reason as the print service says it, in whatever language, or else in
// our words.
func saidOr(said string, ours words.Key) words.Arg {
	if said != "" {
		return words.With("reason", said)
	}
	return words.WithKey("reason", ours)
}

// because is why a job did not come out.
func because(e *clerk.JobError) words.Arg {
	said := e.Job.Reason
	if said == cups.NotInTime {
		said = "" // that is ours
	}
	return saidOr(cmp.Or(said, e.Queue.Reason), unprinted(e.Job))
}

// refusal is what the print service said when it refused.
func refusal(err error) string {
	_, said, _ := strings.Cut(err.Error(), cups.ErrRefused.Error()+": ")
	return said
}

// unprinted is why a job did not come out, as far as its end tells.
func unprinted(job cups.Job) words.Key {
	switch {
	case job.Reason == cups.NotInTime:
		return words.UnprintedLate
	case job.Phase == cups.Cancelled:
		return words.UnprintedCancelled
	case job.Phase == cups.Aborted:
		return words.UnprintedAborted
	}
	return words.UnprintedUnsaid
}

// PrintSaved prints a summary that somebody saved at the kiosk, in the hands of whoever
// asked for it.
func (d *Desk) PrintSaved(ctx context.Context, a *records.Access, sealed []byte) error {
	c, err := d.cfg.Papers(ctx, a)
	if err != nil {
		return err
	}
	return c.PrintSaved(ctx, d.cfg.Printer, sealed, func(cups.Progress) {})
}

// PrintWords says what came of a print that is over; without a key it is nothing that
// a printer did.
func PrintWords(err error) (m Message, bad bool) { return endWords(err, false) }

// SaveFolders are those into which a paper may be saved, the usual one first.
func (d *Desk) SaveFolders() []string {
	if d.cfg.Folders == nil {
		return nil
	}
	return d.cfg.Folders()
}

// SavePaper writes the paper that is chosen into a folder, encrypted with a
// passphrase. Its name is of nobody. A short passphrase is refused at once.
func (d *Desk) SavePaper(folder, passphrase string) error {
	box, err := strongbox.ForPassphrase(passphrase)
	if err != nil {
		return err
	}
	var order clerk.Order
	d.change(func() { order = d.paperOrder() })
	name := fmt.Sprintf("aidpost-%s-%s.pdf%s", order.Kind, d.Now().Format("20060102-150405"), strongbox.Suffix)
	d.Do(func(ctx context.Context, a *records.Access) error {
		c, err := d.cfg.Papers(ctx, a)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		return reports.SaveFile(filepath.Join(folder, name), box.Around(func(w io.Writer) error { return c.Write(ctx, w, order, "encrypted file") }))
	}, func(err error) bool {
		p := &d.state.Papers
		if p.Said, p.Bad = (Message{Key: words.PapersSaved, Args: []words.Arg{words.With("file", name)}}), err != nil; err == nil {
			return true
		}
		d.cfg.Log.Error("saving a paper", "error", err)
		p.Said = Message{Key: words.PapersNotSaved}
		if errors.Is(records.DiskFailure(err), records.ErrFull) {
			p.Said.Key = words.ProblemFull
		}
		return true
	})
	return nil
}
