package cups

import (
	"context"
	"errors"
	"time"
)

// MaxAge is how long a job may wait. A page that comes out later would lie in
// the tray after its owner has left.
const MaxAge = 2 * time.Minute

// pollEvery is how often a watched job is looked at.
const pollEvery = time.Second

// cancelTimeout bounds cancelling once the caller's own context has ended.
const cancelTimeout = 10 * time.Second

// Find returns the named queue, or for "" the default one, or the only one. Its
// Status says NotInstalled, NoPrinter or Failed when there is none to return;
// then the page can still be saved as a file.
func Find(ctx context.Context, p Printer, name string) Queue {
	queues, err := p.Queues(ctx)
	switch {
	case errors.Is(err, ErrNotInstalled):
		return Queue{Name: name, Status: NotInstalled, Reason: err.Error()}
	case err != nil:
		return Queue{Name: name, Status: Failed, Reason: err.Error()}
	}
	for _, q := range queues {
		if q.Name == name || name == "" && (q.Default || len(queues) == 1) {
			return q
		}
	}
	return Queue{Name: name, Status: NoPrinter}
}

// Progress is what is known of a watched job and its queue.
type Progress struct {
	Job   Job
	Queue Queue
}

// Watch looks at a job every second, tells report what has changed, and returns
// how it ended. A job that has not ended after MaxAge is cancelled and so
// reported; when ctx ends, because the person has left, the job is cancelled
// as well and the error is that of ctx.
func Watch(ctx context.Context, p Printer, id JobID, report func(Progress)) (Job, error) {
	started := time.Now()
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	var last Progress
	for {
		job, err := p.Job(ctx, id)
		if err == nil {
			now := Progress{Job: job, Queue: Find(ctx, p, id.queue())}
			if now != last && ctx.Err() == nil {
				report(now)
				last = now
			}
			if job.Phase.Final() {
				return job, nil
			}
		}
		select {
		case <-ctx.Done():
			return Job{ID: id}, errors.Join(ctx.Err(), cancelLate(ctx, p, id))
		case <-ticker.C:
		}
		if time.Since(started) < MaxAge {
			continue
		}
		if err := cancelLate(ctx, p, id); err != nil {
			return Job{ID: id}, err
		}
		job = Job{ID: id, Phase: Cancelled, Reason: NotInTime}
		report(Progress{Job: job, Queue: last.Queue})
		return job, nil
	}
}

// cancelLate cancels a job even though ctx has ended.
func cancelLate(ctx context.Context, p Printer, id JobID) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), cancelTimeout)
	defer stop()
	return p.Cancel(ctx, id)
}
