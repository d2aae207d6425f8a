package cups

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A tape answers commands as CUPS 2.4.2 of Debian 12 did, and records them.
type tape struct {
	answers map[string]string // by command line
	errs    map[string]error
	asked   []string
	fed     string
}

func (r *tape) Run(ctx context.Context, stdin io.Reader, name string, args ...string) ([]byte, error) {
	line := strings.Join(append([]string{name}, args...), " ")
	r.asked = append(r.asked, line)
	if stdin != nil {
		b, err := io.ReadAll(stdin)
		if err != nil {
			return nil, err
		}
		r.fed = string(b)
	}
	if err := r.errs[line]; err != nil {
		return nil, err
	}
	return []byte(r.answers[line]), ctx.Err()
}

const fixedFields = "\tForm mounted:\n\tContent types: any\n\tPrinter types: unknown\n\tDescription: d\n\tAlerts: %s\n\tLocation: \n\tConnection: direct\n"

func printer(head, message, alerts string) string {
	if message != "" {
		message = "\t" + message + "\n"
	}
	return head + "\n" + message + fmt.Sprintf(fixedFields, alerts)
}

func TestQueueStatus(t *testing.T) {
	const since = "Mon Nov 23 19:21:15 2026"
	for _, test := range []struct {
		name, text, accepting string
		want                  Status
		reason                string
	}{
		{"idle", printer("printer p is idle.  enabled since "+since, "", "none"), "", Ready, ""},
		{"printing", printer("printer p now printing p-3.  enabled since "+since, "", "connecting-to-device"), "", Printing, "connecting-to-device"},
		{"paper", printer("printer p now printing p-4.  enabled since "+since, "Out of paper", "media-empty-error"), "", OutOfPaper, "Out of paper; media-empty-error"},
		{"paper low", printer("printer p is idle.  enabled since "+since, "", "media-low-report media-empty-warning"), "", Ready, "media-low-report media-empty-warning"},
		{"jam", printer("printer p now printing p-5.  enabled since "+since, "", "media-jam-error"), "", Jam, "media-jam-error"},
		{"paper before jam", printer("printer p is idle.  enabled since "+since, "", "media-jam-error media-empty-error"), "", OutOfPaper, "media-jam-error media-empty-error"},
		{"offline", printer("printer p now printing p-6.  enabled since "+since, "The printer is not responding.", "offline-report"), "", Offline, "The printer is not responding.; offline-report"},
		{"disabled", printer("printer p disabled since "+since+" -", "reason unknown", "paused"), "", Stopped, "paused"},
		{"disabled, no paper", printer("printer p disabled since "+since+" -", "reason unknown", "media-empty-error paused"), "", OutOfPaper, "media-empty-error paused"},
		{"cover", printer("printer p is idle.  enabled since "+since, "", "cover-open-error"), "", Stopped, "cover-open-error"},
		{"rejecting", printer("printer p is idle.  enabled since "+since, "no more", "none"), "p not accepting requests since " + since + " -\n\tno more\n", Stopped, "no more"},
		{"accepting", printer("printer p is idle.  enabled since "+since, "", "none"), "p accepting requests since " + since + "\n", Ready, ""},
		{"words of a later version", "printer p rests\n", "", Failed, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			run := &tape{answers: map[string]string{
				"lpstat -l -p": test.text, "lpstat -a": test.accepting,
				"lpstat -d":                  "system default destination: p\n",
				"lpstat -W not-completed -o": "p-4   root   18432   " + since + "\np-x-9 root 1 " + since + "\np-5 root 1 " + since + "\n",
			}}
			queues, err := New(run).Queues(t.Context())
			if err != nil || len(queues) != 1 {
				t.Fatalf("got %v, %v; want one queue", queues, err)
			}
			want := Queue{Name: "p", Default: true, Status: test.want, Reason: test.reason, Waiting: 2}
			if queues[0] != want {
				t.Errorf("got %+v\nwant %+v", queues[0], want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	two := printer("printer a is idle.  enabled since x", "", "none") + printer("printer b is idle.  enabled since x", "", "none")
	exit := func(text string) error { return &ExitError{"lpstat", 1, text} }
	for _, test := range []struct {
		name, ask, list, preset string
		err                     error
		want                    Status
		queue                   string
	}{
		{"named", "b", two, "no system default destination\n", nil, Ready, "b"},
		{"default", "", two, "system default destination: b/draft\n", nil, Ready, "b"},
		{"only one", "", printer("printer a is idle.  enabled since x", "", "none"), "", nil, Ready, "a"},
		{"no default of two", "", two, "no system default destination\n", nil, NoPrinter, ""},
		{"unknown", "c", two, "", nil, NoPrinter, "c"},
		{"none", "", "", "", exit("lpstat: No destinations added."), NoPrinter, ""},
		{"no spooler", "", "", "", exit("lpstat: Scheduler is not running."), NotInstalled, ""},
		{"no command", "", "", "", fmt.Errorf("run: %w", exec.ErrNotFound), NotInstalled, ""},
		{"other", "", "", "", exit("lpstat: Forbidden"), Failed, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			run := &tape{
				answers: map[string]string{"lpstat -l -p": test.list, "lpstat -d": test.preset},
				errs:    map[string]error{"lpstat -l -p": test.err},
			}
			if got := Find(t.Context(), New(run), test.ask); got.Status != test.want || got.Name != test.queue {
				t.Errorf("got %+v, want %v %q", got, test.want, test.queue)
			}
		})
	}
}

func TestPrint(t *testing.T) {
	run := &tape{answers: map[string]string{
		"lp -d office-2 -o media=Letter -t Visit 5F0C -": "request id is office-2-17 (0 file(s))\n",
	}}
	id, err := New(run).Print(t.Context(), "office-2", Page{Title: "--Visit $(5F0C)\n", Media: "Letter", PDF: []byte("%PDF")})
	if err != nil || id != "office-2-17" || id.queue() != "office-2" {
		t.Fatalf("got %q, %v", id, err)
	}
	if run.fed != "%PDF" {
		t.Errorf("lp was fed %q", run.fed)
	}
	for _, bad := range []string{"-o", "a b", "a/b", "\x00", strings.Repeat("p", 300)} {
		run.asked = nil
		if _, err := New(run).Print(t.Context(), bad, Page{}); !errors.Is(err, ErrNoPrinter) || len(run.asked) > 0 {
			t.Errorf("queue %.10q: %v, asked %q", bad, err, run.asked)
		}
	}
	if _, err := New(run).Print(t.Context(), "", Page{Media: "A4 -o evil"}); !errors.Is(err, ErrRefused) {
		t.Errorf("an empty answer gave %v", err)
	}
	if got, want := run.asked[0], "lp -o media=A4 -t Summary -"; got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
	run.errs = map[string]error{"lp -o media=A4 -t Summary -": &ExitError{"lp", 1, "lp: Error - no default destination available."}}
	if _, err := New(run).Print(t.Context(), "", Page{}); !errors.Is(err, ErrNoPrinter) {
		t.Errorf("no default gave %v", err)
	}
}

func job(id, status, alerts string) string {
	return id + "                  root             18432   Mon Nov 23 19:21:15 2026\n\tStatus: " + status + "\n\tAlerts: " + alerts + "\n\tqueued for p\n"
}

func TestJob(t *testing.T) {
	for _, test := range []struct {
		name, running, ended string
		want                 Job
	}{
		{"sending", job("p-3", "", "job-printing"), "", Job{"p-3", Sending, ""}},
		{"out of paper", job("p-3", "Out of paper", "job-printing"), "", Job{"p-3", Sending, "Out of paper"}},
		{"held", job("p-3", "", "job-hold-until-specified"), "", Job{"p-3", Held, ""}},
		{"stopped", job("p-3", "", "printer-stopped"), "", Job{"p-3", Waiting, ""}},
		{"no status line", "p-3 root 1024 Mon\n\tAlerts: none\n\tqueued for p\n", "", Job{"p-3", Waiting, ""}},
		{"other jobs", job("p-30", "", "job-printing") + job("p-3", "", "none"), "", Job{"p-3", Waiting, ""}},
		{"complete", "", job("p-3", "", "processing-to-stop-point"), Job{"p-3", Complete, ""}},
		{"complete, later version", "", job("p-3", "Data file sent.", "job-completed-successfully"), Job{"p-3", Complete, "Data file sent."}},
		{"cancelled", "", job("p-3", "", "job-canceled-by-user"), Job{"p-3", Cancelled, ""}},
		{"cancelled while held", "", job("p-3", "", "job-hold-until-specified"), Job{"p-3", Cancelled, ""}},
		{"aborted", "", job("p-3", "The printer is not responding.", "processing-to-stop-point"), Job{"p-3", Aborted, "The printer is not responding."}},
		{"refused document", "", job("p-3", "", "document-format-error"), Job{"p-3", Aborted, ""}},
		{"unknown", job("p-4", "", "none"), job("p-2", "", "none"), Job{"p-3", Gone, ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			run := &tape{answers: map[string]string{
				"lpstat -W not-completed -l -o p": test.running, "lpstat -W completed -l -o p": test.ended,
			}}
			got, err := New(run).Job(t.Context(), "p-3")
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v\nwant %+v", got, err, test.want)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	exit := func(text string) error { return &ExitError{"cancel", 1, text} }
	for _, test := range []struct {
		err  error
		want error
	}{
		{nil, nil},
		{exit("cancel: cancel-job failed: Job #10 is already completed - can't cancel."), nil},
		{exit("cancel: cancel-job failed: Job #99 does not exist."), nil},
		{exit("cancel: cancel-job failed: Forbidden"), ErrRefused},
	} {
		run := &tape{errs: map[string]error{"cancel -x p-3": test.err}}
		if err := New(run).Cancel(t.Context(), "p-3"); !errors.Is(err, test.want) {
			t.Errorf("%v gave %v", test.err, err)
		}
	}
	if err := New(&tape{}).Cancel(t.Context(), "-a"); !errors.Is(err, ErrRefused) {
		t.Errorf("an option as a job gave %v", err)
	}
}

// A script is a Printer whose job goes through phases, one a look.
type script struct {
	Printer
	phases    []Phase
	cancelled int
}

func (s *script) Queues(context.Context) ([]Queue, error) {
	return []Queue{{Name: "p", Status: OutOfPaper}}, nil
}

func (s *script) Job(ctx context.Context, id JobID) (Job, error) {
	phase := s.phases[0]
	if len(s.phases) > 1 {
		s.phases = s.phases[1:]
	}
	return Job{ID: id, Phase: phase}, ctx.Err()
}

func (s *script) Cancel(ctx context.Context, _ JobID) error {
	s.cancelled++
	return ctx.Err()
}

func TestWatch(t *testing.T) {
	for _, test := range []struct {
		name    string
		phases  []Phase
		leave   time.Duration
		want    Phase
		took    time.Duration
		reports int
		cancels int
		err     error
	}{
		{"complete", []Phase{Waiting, Sending, Sending, Complete}, time.Hour, Complete, 3 * time.Second, 3, 0, nil},
		{"too old", []Phase{Waiting}, time.Hour, Cancelled, MaxAge, 2, 1, nil},
		{"person leaves", []Phase{Sending}, 10 * time.Second, Gone, 10 * time.Second, 1, 1, context.DeadlineExceeded},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithTimeout(t.Context(), test.leave)
				defer stop()
				p := &script{phases: test.phases}
				reports, start := 0, time.Now()
				got, err := Watch(ctx, p, "p-3", func(now Progress) {
					reports++
					if now.Queue.Status != OutOfPaper {
						t.Errorf("reported %+v", now)
					}
				})
				if got.Phase != test.want || !errors.Is(err, test.err) || time.Since(start) != test.took {
					t.Errorf("got %v, %v after %v", got, err, time.Since(start))
				}
				if reports != test.reports || p.cancelled != test.cancels {
					t.Errorf("%d reports, %d cancels", reports, p.cancelled)
				}
			})
		})
	}
}

func TestRunnerOfThisMachine(t *testing.T) {
	out, err := commands{}.Run(t.Context(), strings.NewReader("page"), "sh", "-c", "cat; echo $LC_ALL")
	if err != nil || string(out) != "pageC\n" {
		t.Errorf("got %q, %v", out, err)
	}
	var exit *ExitError
	if _, err := (commands{}).Run(t.Context(), nil, "sh", "-c", "echo no >&2; exit 3"); !errors.As(err, &exit) || exit.Code != 3 || exit.Text != "no" {
		t.Errorf("got %v", err)
	}
	if _, err := (commands{}).Run(t.Context(), nil, "no-such-command-here"); !errors.Is(classify(err), ErrNotInstalled) {
		t.Errorf("got %v", err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := (commands{}).Run(ctx, nil, "sleep", "10"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func FuzzParsers(f *testing.F) {
	f.Add(printer("printer p now printing p-4.  enabled since x", "Out of paper", "media-empty-error"))
	f.Add("p not accepting requests since Mon -\n\tno more\n")
	f.Add("system default destination: p/draft\n")
	f.Add("request id is office-17 (1 file(s))\n")
	f.Add(job("p-3", "nope", "processing-to-stop-point"))
	f.Add(" \n\t\nprinter\nprinter p\nprinter -x is idle\n")
	f.Fuzz(func(t *testing.T, text string) {
		queues := parsePrinters(text)
		applyAccepting(queues, text)
		applyDefault(queues, text)
		applyWaiting(queues, text)
		for _, q := range queues {
			if !validName(q.Name) || q.Waiting < 0 || q.Status == NotInstalled || q.Status == NoPrinter {
				t.Errorf("%q gave %+v", text, q)
			}
		}
		if id, ok := parseRequest(text); ok && !validName(string(id)) {
			t.Errorf("%q gave job %q", text, id)
		}
		for _, ended := range []bool{false, true} {
			if job, ok := parseJob(text, "p-3", ended); ok && job.Phase.Final() != ended {
				t.Errorf("%q gave %+v", text, job)
			}
		}
		if title := cleanTitle(text); !strings.HasPrefix(strings.TrimLeft(title, "-"), title) || title == "" || len(title) > 60 {
			t.Errorf("%q gave the title %q", text, title)
		}
	})
}
