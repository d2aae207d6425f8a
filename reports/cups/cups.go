// Package cups prints through the Common UNIX Printing System by its own
// commands: lp takes a page on standard input, lpstat tells how queues and jobs
// are, cancel removes a job. No temporary file is written by this package.
//
// The commands run with LC_ALL=C, whose wording the parsers read; it was
// recorded from CUPS 2.4. The spooler itself keeps finished jobs for a day
// unless cupsd.conf says PreserveJobFiles No, which a public kiosk should.
package cups

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/user"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Status is how a queue is, for the person who waits for paper.
type Status uint8

// The statuses.
const (
	Failed       Status = iota // the print service did not answer as expected
	NotInstalled               // there is no print service here, or it is not running
	NoPrinter                  // there is no such queue
	Ready
	Printing
	OutOfPaper
	Jam
	Offline // switched off or not reachable
	Stopped // paused, refusing jobs, or wants attention
)

var statusNames = [...]string{
	"failed", "not installed", "no printer", "ready", "printing", "out of paper", "jam", "offline", "stopped",
}

// String returns the status's name for logs and listings.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("status %d", uint8(s))
}

// Errors that callers decide on.
var (
	ErrNotInstalled = errors.New("no print service")
	ErrNoPrinter    = errors.New("no such printer")
	ErrRefused      = errors.New("the print service refused")
)

// A Queue is a printer as the spooler knows it.
type Queue struct {
	Name    string
	Default bool
	Status  Status
	Reason  string // the spooler's own words and keywords, for staff; may be empty
	Waiting int    // unfinished jobs
}

// A JobID is the spooler's name of a job: "office-17".
type JobID string

// queue returns the queue that the job was sent to.
func (id JobID) queue() string {
	name, _, _ := cutLast(string(id), "-")
	return name
}

// A Phase is how far a job is.
type Phase uint8

// The phases. The last three are final.
const (
	Gone     Phase = iota // the spooler knows no such job any more
	Waiting               // behind others, or for the printer
	Sending               // on its way to the printer
	Held                  // kept back until somebody releases it
	Complete              // all of it has gone to the printer
	Cancelled
	Aborted
)

var phaseNames = [...]string{"gone", "waiting", "sending", "held", "complete", "cancelled", "aborted"}

// String returns the phase's name for logs.
func (p Phase) String() string {
	if int(p) < len(phaseNames) {
		return phaseNames[p]
	}
	return fmt.Sprintf("phase %d", uint8(p))
}

// Final reports whether the phase will not change.
func (p Phase) Final() bool { return p == Gone || p >= Complete }

// A Job is the state of a job. Some versions of CUPS report a job that a
// printer's driver gave up without a word as complete; what the driver said is
// in Reason.
type Job struct {
	ID     JobID
	Phase  Phase
	Reason string
}

// NotInTime is the Reason of a job that was cancelled after MaxAge.
const NotInTime = "not printed in time"

// A Page is what is printed. The title is seen in the spooler's list by
// everybody on the machine: it must name nobody.
type Page struct {
	Title string // ASCII; the visit's short number
	Media string // "A4", "Letter" or "Receipt"
	PDF   []byte
}

// A Printer prints pages. Spooler is the real one.
type Printer interface {
	// Queues lists the queues with their real state; ErrNotInstalled if there
	// is no print service.
	Queues(ctx context.Context) ([]Queue, error)
	// Print hands a page to a queue; "" means the default queue.
	Print(ctx context.Context, queue string, page Page) (JobID, error)
	// Job tells how a job is.
	Job(ctx context.Context, id JobID) (Job, error)
	// Cancel stops a job and has the spooler remove its data. To cancel a job
	// that has ended is no error.
	Cancel(ctx context.Context, id JobID) error
}

// A Runner runs one command to its end. A command that ends with another exit
// code than 0 gives an *ExitError, one that is not installed an error wrapping
// exec.ErrNotFound.
type Runner interface {
	Run(ctx context.Context, stdin io.Reader, name string, args ...string) (stdout []byte, err error)
}

// An ExitError is a command that ended with an exit code other than 0.
type ExitError struct {
	Command string
	Code    int
	Text    string // what it wrote to standard error
}

func (e *ExitError) Error() string {
	return fmt.Sprintf("%s: exit code %d: %s", e.Command, e.Code, e.Text)
}

// A Spooler is the print service of this machine.
type Spooler struct {
	run     Runner
	service *service // knows how jobs ended; nil: lpstat alone is asked
	user    string   // in whose name
}

var _ Printer = (*Spooler)(nil)

// New returns the print service that runner reaches; nil means the commands of
// this machine.
func New(runner Runner) *Spooler {
	if runner != nil {
		return &Spooler{run: runner}
	}
	s := &Spooler{run: commands{}, service: newService(socket), user: "unknown"}
	if u, err := user.Current(); err == nil {
		s.user = u.Username
	}
	return s
}

// Queues implements Printer.
func (s *Spooler) Queues(ctx context.Context) ([]Queue, error) {
	printers, err := s.ask(ctx, "lpstat", "-l", "-p")
	if errors.Is(err, ErrNoPrinter) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing printers: %w", err)
	}
	queues := parsePrinters(printers)
	// A queue without an answer to the rest is still a queue.
	if text, err := s.ask(ctx, "lpstat", "-a"); err == nil {
		applyAccepting(queues, text)
	}
	if text, err := s.ask(ctx, "lpstat", "-d"); err == nil {
		applyDefault(queues, text)
	}
	if text, err := s.ask(ctx, "lpstat", "-W", "not-completed", "-o"); err == nil {
		applyWaiting(queues, text)
	}
	return queues, ctx.Err()
}

// Print implements Printer.
func (s *Spooler) Print(ctx context.Context, queue string, page Page) (JobID, error) {
	args := make([]string, 0, 8)
	if queue != "" {
		if !validName(queue) {
			return "", fmt.Errorf("printing on %.40q: %w", queue, ErrNoPrinter)
		}
		args = append(args, "-d", queue)
	}
	media, err := mediaOf(page)
	if err != nil {
		return "", err
	}
	args = append(args, "-o", "media="+media, "-t", cleanTitle(page.Title), "-")
	text, err := s.feed(ctx, bytes.NewReader(page.PDF), "lp", args...)
	if err != nil {
		return "", fmt.Errorf("printing: %w", err)
	}
	id, ok := parseRequest(text)
	if !ok {
		return "", fmt.Errorf("printing: %w: no job number in %.80q", ErrRefused, text)
	}
	return id, nil
}

// pageSize finds the size of the first page of a PDF of ours, in points.
var pageSize = regexp.MustCompile(`/MediaBox \[0 0 ([0-9]+)(\.[0-9]+)? ([0-9]+)(\.[0-9]+)?\]`)

// mediaOf returns the paper in the words of a print queue. A roll has no size of
// its own: the piece is as long as what is on it.
func mediaOf(page Page) (string, error) {
	switch page.Media {
	case "Letter":
		return page.Media, nil
	case "Receipt":
		m := pageSize.FindSubmatch(page.PDF)
		if m == nil {
			return "", fmt.Errorf("printing: %w: a receipt without a size", ErrRefused)
		}
		wide, _ := strconv.Atoi(string(m[1]))
		high, _ := strconv.Atoi(string(m[3]))
		return fmt.Sprintf("Custom.%dx%d", wide+1, high+1), nil
	}
	return "A4", nil
}

// Job implements Printer.
func (s *Spooler) Job(ctx context.Context, id JobID) (Job, error) {
	if !validName(id.queue()) {
		return Job{}, fmt.Errorf("asking for job %.40q: %w", id, ErrRefused)
	}
	if s.service != nil {
		job, err := s.service.job(ctx, id, s.user)
		if err == nil || ctx.Err() != nil {
			return job, err
		}
	}
	for _, which := range []string{"not-completed", "completed"} {
		text, err := s.ask(ctx, "lpstat", "-W", which, "-l", "-o", id.queue())
		if err != nil {
			return Job{}, fmt.Errorf("asking for job %s: %w", id, err)
		}
		if job, ok := parseJob(text, id, which == "completed"); ok {
			return job, nil
		}
	}
	return Job{ID: id, Phase: Gone}, nil
}

// Cancel implements Printer.
func (s *Spooler) Cancel(ctx context.Context, id JobID) error {
	if !validName(string(id)) {
		return fmt.Errorf("cancelling job %.40q: %w", id, ErrRefused)
	}
	_, err := s.ask(ctx, "cancel", "-x", string(id))
	var exit *ExitError
	if errors.As(err, &exit) && (strings.Contains(exit.Text, "already") || strings.Contains(exit.Text, "does not exist")) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cancelling job %s: %w", id, err)
	}
	return nil
}

func (s *Spooler) ask(ctx context.Context, name string, args ...string) (string, error) {
	return s.feed(ctx, nil, name, args...)
}

// commandTimeout bounds one command; a spooler that takes longer hangs.
const commandTimeout = 15 * time.Second

// feed runs a command and types its failure.
func (s *Spooler) feed(ctx context.Context, stdin io.Reader, name string, args ...string) (string, error) {
	ctx, stop := context.WithTimeout(ctx, commandTimeout)
	defer stop()
	out, err := s.run.Run(ctx, stdin, name, args...)
	if err == nil {
		return string(out), nil
	}
	return string(out), classify(err)
}
