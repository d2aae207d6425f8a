package cups

import (
	"slices"
	"strings"
)

// maxQueues bounds what is read of a listing.
const maxQueues = 1000

// validName reports whether a name can be given to a command as an argument:
// what CUPS allows in the name of a queue or a job.
func validName(name string) bool {
	if name == "" || len(name) > 200 || name[0] == '-' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c > '~' || strings.IndexByte(`/#'"\?`, c) >= 0 {
			return false
		}
	}
	return true
}

// cleanTitle keeps plain letters, so that no title can upset a driver's shell.
func cleanTitle(title string) string {
	var b strings.Builder
	for _, r := range title {
		ok := r == ' ' || r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
		if ok && b.Len() < 60 {
			b.WriteRune(r)
		}
	}
	title = strings.TrimLeft(strings.TrimSpace(b.String()), "- ")
	if title == "" {
		return "Summary"
	}
	return title
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// record is an entry of a long listing: a line, and the indented ones after it.
type record struct {
	head    string
	details []string
}

func records(text string) []record {
	var all []record
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch trimmed := strings.TrimSpace(line); {
		case trimmed == "":
		case line[0] != ' ' && line[0] != '\t':
			all = append(all, record{head: trimmed})
		case len(all) > 0:
			last := &all[len(all)-1]
			last.details = append(last.details, trimmed)
		}
		if len(all) > maxQueues {
			return all[:maxQueues]
		}
	}
	return all
}

// field returns the value of a detail such as "Alerts: paused".
func (r record) field(name string) string {
	for _, d := range r.details {
		if value, ok := strings.CutPrefix(d, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// parsePrinters reads lpstat -l -p:
//
//	printer office disabled since Mon Nov 23 19:21:58 2026 -
//		Out of paper
//		Form mounted:
//		...
//		Alerts: media-empty-error paused
func parsePrinters(text string) []Queue {
	var queues []Queue
	for _, r := range records(text) {
		words := strings.Fields(r.head)
		if len(words) < 3 || words[0] != "printer" || !validName(words[1]) {
			continue
		}
		alerts := strings.Fields(r.field("Alerts"))
		q := Queue{Name: words[1], Status: Ready}
		switch {
		case words[2] == "disabled":
			q.Status = Stopped
		case words[2] == "now" || slices.Contains(words[:min(len(words), 5)], "printing"):
			q.Status = Printing
		case len(words) > 3 && words[2] == "is" && strings.HasPrefix(words[3], "idle"):
		default:
			q.Status = Failed
		}
		if worse, ok := alarm(alerts); ok {
			q.Status = worse
		}
		q.Reason = reason(r, alerts)
		queues = append(queues, q)
	}
	return queues
}

// alarm finds the first thing to be done about a printer among its
// printer-state-reasons (RFC 8011, section 5.4.12). A reason may end in how
// grave it is; what is only a warning or a report does not stop the paper,
// except that a printer is offline.
func alarm(alerts []string) (Status, bool) {
	for _, look := range []struct {
		keys   []string
		status Status
		any    bool
	}{
		{[]string{"media-empty", "media-needed"}, OutOfPaper, false},
		{[]string{"media-jam"}, Jam, false},
		{[]string{"offline", "shutdown", "timed-out"}, Offline, true},
		{[]string{
			"door-open", "cover-open", "interlock-open", "output-tray-missing", "input-tray-missing",
			"output-area-full", "toner-empty", "marker-supply-empty", "marker-waste-full", "opc-life-over",
			"fuser-over-temp", "fuser-under-temp", "developer-empty", "moving-to-paused", "paused", "spool-area-full",
			"cups-missing-filter", "cups-insecure-filter", "other",
		}, Stopped, false},
	} {
		for _, alert := range alerts {
			base, mild := trimGravity(alert)
			if slices.Contains(look.keys, base) && (look.any || !mild) {
				return look.status, true
			}
		}
	}
	return Ready, false
}

func trimGravity(alert string) (base string, mild bool) {
	for _, suffix := range []string{"-report", "-warning"} {
		if base, ok := strings.CutSuffix(alert, suffix); ok {
			return base, true
		}
	}
	return strings.TrimSuffix(alert, "-error"), false
}

// reason joins the printer's message, which stands before the fixed fields, and
// its alerts.
func reason(r record, alerts []string) string {
	parts := make([]string, 0, 2)
	if len(r.details) > 0 && !strings.HasPrefix(r.details[0], "Form mounted") && r.details[0] != "reason unknown" {
		parts = append(parts, r.details[0])
	}
	alerts = slices.DeleteFunc(slices.Clone(alerts), func(a string) bool { return a == "none" })
	if len(alerts) > 0 {
		parts = append(parts, strings.Join(alerts, " "))
	}
	return strings.Join(parts, "; ")
}

func find(queues []Queue, name string) *Queue {
	for i := range queues {
		if queues[i].Name == name {
			return &queues[i]
		}
	}
	return nil
}

// applyAccepting reads lpstat -a: "office not accepting requests since ... -".
func applyAccepting(queues []Queue, text string) {
	for _, r := range records(text) {
		name, rest, _ := strings.Cut(r.head, " ")
		q := find(queues, name)
		if q == nil || !strings.HasPrefix(rest, "not accepting") {
			continue
		}
		if q.Status == Ready || q.Status == Printing {
			q.Status = Stopped
		}
		if len(r.details) > 0 && !strings.Contains(q.Reason, r.details[0]) {
			q.Reason = strings.Trim(q.Reason+"; "+r.details[0], "; ")
		}
	}
}

// applyDefault reads lpstat -d: "system default destination: office".
func applyDefault(queues []Queue, text string) {
	_, name, ok := strings.Cut(strings.TrimSpace(text), "default destination: ")
	if !ok {
		return
	}
	// An instance such as office/draft belongs to its queue.
	name, _, _ = strings.Cut(strings.TrimSpace(name), "/")
	if q := find(queues, name); q != nil {
		q.Default = true
	}
}

// applyWaiting reads lpstat -W not-completed -o: "office-17  user  1024  date".
func applyWaiting(queues []Queue, text string) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 || line[0] == ' ' || line[0] == '\t' {
			continue
		}
		name, number, _ := cutLast(words[0], "-")
		if q := find(queues, name); q != nil && digits(number) {
			q.Waiting++
		}
	}
}

// parseRequest reads the answer of lp: "request id is office-17 (0 file(s))".
func parseRequest(text string) (JobID, bool) {
	_, rest, ok := strings.Cut(text, "request id is ")
	if !ok {
		return "", false
	}
	id, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	_, number, ok := cutLast(id, "-")
	if !ok || !digits(number) || !validName(id) {
		return "", false
	}
	return JobID(id), true
}

func digits(s string) bool {
	return s != "" && len(s) < 12 && strings.Trim(s, "0123456789") == ""
}

// parseJob reads one job of lpstat -l -o:
//
//	office-17   user   18432   Mon Nov 23 19:21:52 2026
//		Status: The printer is not responding.
//		Alerts: processing-to-stop-point
//		queued for office
func parseJob(text string, id JobID, ended bool) (Job, bool) {
	for _, r := range records(text) {
		if name, _, _ := strings.Cut(r.head, " "); name != string(id) {
			continue
		}
		job := Job{ID: id, Reason: r.field("Status")}
		alerts := strings.Fields(r.field("Alerts"))
		job.Phase = runningPhase(alerts)
		if ended {
			job.Phase = endPhase(alerts, job.Reason)
		}
		return job, true
	}
	return Job{}, false
}

// runningPhase reads the job-state-reasons of an unfinished job.
func runningPhase(alerts []string) Phase {
	for _, a := range alerts {
		switch {
		case strings.HasPrefix(a, "job-hold") || a == "resources-are-not-ready":
			return Held
		case a == "job-printing" || a == "processing-to-stop-point" || a == "job-transforming":
			return Sending
		}
	}
	return Waiting
}

// endPhase reads those of a finished one. CUPS 2.4 leaves
// "processing-to-stop-point" on jobs that ended either way, and the driver's
// last complaint only on those that did not come out.
func endPhase(alerts []string, complaint string) Phase {
	for _, a := range alerts {
		switch {
		case strings.HasPrefix(a, "job-canceled"), strings.HasPrefix(a, "job-hold"):
			return Cancelled
		case strings.HasPrefix(a, "aborted") || strings.HasPrefix(a, "job-aborted"),
			strings.HasSuffix(a, "-error"), a == "job-completed-with-errors", a == "unsupported-document-format":
			return Aborted
		case a == "job-completed-successfully":
			return Complete
		}
	}
	if complaint != "" {
		return Aborted
	}
	return Complete
}
