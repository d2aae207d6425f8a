package call

import "sync"

// A post hands what is put into it to one receiver, in order, on a goroutine of
// its own: a slow receiver holds up nobody else.
type post[T any] struct {
	mu      sync.Mutex
	waiting []T
	over    bool
	more    chan struct{} // holds one entry when there is something to do
	done    chan struct{}
}

func newPost[T any](receive func(T)) *post[T] {
	p := &post[T]{more: make(chan struct{}, 1), done: make(chan struct{})}
	go p.work(receive)
	return p
}

func (p *post[T]) put(x T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over {
		p.waiting = append(p.waiting, x)
		p.tell()
	}
}

func (p *post[T]) tell() {
	select {
	case p.more <- struct{}{}:
	default:
	}
}

// end takes nothing more; what waits is still handed over, or dropped.
func (p *post[T]) end(drop bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	if drop {
		p.waiting = nil
	}
	p.tell()
}

func (p *post[T]) work(receive func(T)) {
	defer close(p.done)
	for range p.more {
		for {
			p.mu.Lock()
			if len(p.waiting) == 0 {
				over := p.over
				p.mu.Unlock()
				if over {
					return
				}
				break
			}
			x := p.waiting[0]
			p.waiting = p.waiting[1:]
			p.mu.Unlock()
			receive(x)
		}
	}
}
