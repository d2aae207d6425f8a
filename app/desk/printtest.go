package desk

import (
	"context"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports"
	"aidpost/reports/cups"
)

// TestPrint is how the test page of a printer is or was, by its queue.
type TestPrint struct {
	Queue    string
	Printing bool
	Said     Message
	Bad      bool // Said asks for somebody
}

// PrintTest prints a page about nobody, by which somebody sees whether a queue
// prints what reports need. One is printed at a time.
func (d *Desk) PrintTest(queue string, on reports.Paper) {
	if d.cfg.Papers == nil || d.cfg.Printer == nil {
		return
	}
	start := false
	d.change(func() {
		if start = !d.state.TestPrint.Printing; start {
			d.state.TestPrint = TestPrint{Queue: queue, Printing: true, Said: Message{Key: words.PapersPrinting}}
		}
	})
	if !start {
		return
	}
	d.Do(func(ctx context.Context, a *records.Access) error {
		c, err := d.cfg.Papers(ctx, a)
		if err != nil {
			return err
		}
		return c.PrintTest(ctx, d.cfg.Printer, queue, on, func(now cups.Progress) {
			d.change(func() { d.state.TestPrint.Said, d.state.TestPrint.Bad = progressWords(now) })
		})
	}, func(err error) bool {
		t := &d.state.TestPrint
		t.Printing = false
		t.Said, t.Bad = endWords(err, false)
		return t.Said.Key != ""
	})
}
