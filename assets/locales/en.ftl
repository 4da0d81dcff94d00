# Every sentence on screen, in English.

## Places

place-monitor = Monitor
place-lab = Lab

## Commands

command-open-monitor = Watch every process of this machine
command-open-lab = Run processes, queues and pools
command-open-lesson = Open a lesson in the Lab
command-select-process = Select a process
command-show-in-monitor = Show in Monitor
command-toggle-selected = Select one more or one less
command-select-to = Select a range
command-select-all = Select every process in the table
command-move-selection = Move the selection
command-extend-selection = Extend the selection
command-open-detail = Open the detail
command-look-at = Look at another side of the process
command-close-detail = Close the detail
command-step-back = Close what is in front
command-copy-rows = Copy the selected rows
command-copy-text = Copy a text
command-sort-by = Sort by a column
command-sort-busiest = Show who takes the most
command-sort-also-by = Sort by a further column
command-show-flat = Show processes side by side
command-show-tree = Show processes as a tree
command-show-programs = Show one row a program
command-toggle-fold = Open or close what is below a row
command-toggle-column = Show or hide a column
command-move-column = Move a column
command-reset-columns = Columns as at first
command-set-cpu-unit = Choose what 100 % of CPU use is
command-set-column-width = Set the width of a column
command-set-detail-width = Set the width of the detail
command-set-filter = Filter processes
command-focus-filter = Type a filter
command-toggle-freeze = Freeze the picture
command-look-back-to = Look at a moment of before
command-look-earlier = Look at the moment before
command-look-later = Look at the moment after
command-look-at-now = Back to now
command-set-interval = Choose how often to look
command-toggle-kernel-threads = Show or hide kernel threads
command-toggle-ended = Show or hide ended processes
command-dismiss-ended = Dismiss
command-dismiss-all-ended = Dismiss all that have ended
command-export-json = Export…
command-show-file = Show the file
command-dismiss-introduction = Do not show this again
command-set-theme = Choose colours
command-toggle-theme = Switch between dark and light
command-zoom-in = Enlarge everything
command-zoom-out = Shrink everything
command-zoom-reset = Everything at its own size

## Acting on processes

act-end = End…
act-end-tip = Ask it to end (SIGTERM): it can put things in order first
act-kill = Kill…
act-kill-tip = End it at once (SIGKILL): it can save nothing
act-kill-tree = Kill with all it started…
act-kill-tree-tip = End it and everything below it at once (SIGKILL)
act-signal = Send a signal…
act-signal-tip = Choose any signal
act-suspend = Suspend
act-suspend-tip = Let it stand still (SIGSTOP); Resume lets it go on
act-resume = Resume
act-resume-tip = Let it go on (SIGCONT)
act-nice = Nice value…
act-nice-tip = How far it stands back for others when CPUs are short: -20 first, 19 last
act-cpus = CPUs…
act-cpus-tip = Choose the CPUs it may run on
act-io = I/O priority…
act-io-tip = How far it stands back for others at the disk
act-answer = Answer the question
act-take = Take what is offered
act-toggle-report = Show or hide details
act-close-report = Close
act-read-only = Read-only
act-read-only-tip = Processes can be acted on from this window. Click: only watch
act-nobody = Select a process first
read-only-started = Read-only: Proclab was started with --read-only
read-only-chosen = Read-only: nothing can be done to processes from this window. The lock in the rail takes it back
read-only-other-namespace = Read-only: /proc belongs to another pid namespace, so the pids shown here belong to other processes, or to none, where Proclab runs
status-read-only = read-only
status-unkept = settings not saved
unkept-no-folder = Settings cannot be saved: neither XDG_DATA_HOME nor a home folder is set. What you change here is lost when the window closes.
unkept-folder = Settings cannot be saved in { $folder }: { $reason }. What you change here is lost when the window closes.
menu-whom = { $count } processes
detail-more = More
detail-more-tip = Signals, nice value, CPUs, I/O priority

refusal-ourselves = this is Proclab itself
refusal-ancestor = Proclab was started from it and could end with it
refusal-holds-us = Proclab itself runs in this tree
refusal-first = the first process: everything ends with it
refusal-kernel = a thread of the kernel takes no orders from here
refusal-gone = it has ended already
refusal-not-ours = it belongs to another user
refusal-other-namespace = /proc belongs to another pid namespace: here its pid belongs to another process, or to none

ask-end = { $count ->
        [one] End { $name } { $pid }?
       *[other] End { $count } processes?
    }
ask-kill = { $count ->
        [one] Kill { $name } { $pid }?
       *[other] Kill { $count } processes?
    }
ask-kill-tree = { $count ->
        [one] Kill { $name } { $pid } and all it started?
       *[other] Kill { $count } processes and all they started?
    }
ask-signal = { $count ->
        [one] Send a signal to { $name } { $pid }?
       *[other] Send a signal to { $count } processes?
    }
ask-which = Signal
ask-facts = { $user } · started { $started } · { $children ->
        [0] no children
        [one] 1 child
       *[other] { $children } children
    }
ask-more = and { $count } more
ask-not = Not touched: { $name } { $pid }, { $reason }
ask-tree-looking = Looking who belongs to it…
ask-tree-nobody = None of it is found, so nothing can be killed: it has ended, or the processes cannot be listed. Is /proc readable, and are files left to open?
ask-tree = { $count ->
        [one] One process, nobody below it
       *[other] { $count } processes
    }
ask-left = { $count ->
        [one] Has left the tree and is not touched: { $list }
       *[other] Have left the tree and are not touched ({ $count }): { $list }
    }
ask-then-end = { $count ->
        [one] It is asked (SIGTERM) and can put things in order first. After 5 s you are told whether it is still there.
       *[other] They are asked (SIGTERM) and can put things in order first. After 5 s you are told who is still there.
    }
ask-then-kill = What is not saved is lost.
ask-then-kill-children = What is not saved is lost. { $count ->
        [one] The child lives on with another parent.
       *[other] The { $count } children live on with another parent.
    }
ask-then-tree = All are stopped first, so that nobody can start another, then killed from below. What is not saved is lost. Who has detached from the tree, as daemons do, is not touched.
ask-then-signal = What it does is up to the program, unless the kernel does it: SIGKILL and SIGSTOP cannot be refused.
ask-do-end = { $count ->
        [one] End
       *[other] End { $count }
    }
ask-do-kill = { $count ->
        [0] Kill
        [one] Kill
       *[other] Kill { $count }
    }
ask-do-send = { $count ->
        [one] Send
       *[other] Send to { $count }
    }

turn-nice = { $count ->
        [one] Nice value of { $name } { $pid }
       *[other] Nice value of { $count } processes
    }
turn-cpus = { $count ->
        [one] CPUs of { $name } { $pid }
       *[other] CPUs of { $count } processes
    }
turn-io = { $count ->
        [one] I/O priority of { $name } { $pid }
       *[other] I/O priority of { $count } processes
    }
turn-reading = Reading what there is now…
turn-now = Now { $now }
turn-apply = Apply
turn-nice-any = -20 comes first, 19 last. All its threads are changed.
turn-nice-limit = -20 comes first, 19 last. You may not go below { $lowest }: that needs root (CAP_SYS_NICE) or a limit (RLIMIT_NICE). All its threads are changed.
turn-nice-one-way = You cannot take this back without root: lowering a nice value needs more rights than raising it.
turn-all = All
turn-none = None
turn-cpus-count = { $chosen } of { $online } CPUs. All its threads are changed.
turn-cpus-none = It needs one CPU at least.
turn-word-none = by nice value
turn-io-none = By nice value
turn-io-best-effort = Best effort, by level
turn-io-idle = Idle: only when nobody else wants the disk
turn-io-real-time = Real time: before all others
turn-io-needs-root = Needs root (CAP_SYS_NICE): it can starve everybody else
turn-io-level = Level, 0 comes first
turn-io-note = Only some disk schedulers (BFQ, mq-deadline) obey it. All its threads are changed.

report-line = { $name } { $pid }: { $outcome }
report-title = { $title }: { $counts }
report-more = Details
report-less = Counts only
report-ms = { $ms } ms
report-seconds = { $seconds } s
outcome-asked = asked, not yet ended
outcome-suspended = suspended
outcome-resumed = goes on
outcome-sent = { $signal } sent
outcome-ended = ended after { $after }
outcome-still = still running after { $after }
outcome-still-disk = still there after { $after }: it waits inside the kernel, mostly for a disk, and ends when that is over
outcome-still-stopped = still there after { $after }: it is stopped, and hears of it when it goes on
outcome-gone = had ended before
outcome-reused = had ended before; another process has its pid now and was left alone
outcome-denied = refused by the kernel: run Proclab as root
outcome-denied-owner = belongs to { $owner }: run Proclab as root
outcome-nice = nice value { $now }, was { $before }
outcome-cpus = CPUs { $now }, was { $before }
outcome-io = I/O priority { $now }, was { $before }
outcome-changed-partly = { $now }, was { $before }; { $refused } of { $threads } threads refused
outcome-restored = as it was
outcome-busy = not asked: too much waits
outcome-failed = failed: { $reason }
count-waiting = { $count } asked
count-sent = { $count } sent
count-ended = { $count } ended
count-still = { $count } still there
count-gone = { $count } gone before
count-denied = { $count } denied
count-refused = { $count } left alone
count-changed = { $count } changed
count-restored = { $count } as before
count-failed = { $count } failed
offer-kill = Kill
offer-resume = Resume
offer-undo = Undo
offer-copy = Copy “{ $command }”

signal-hup = terminal gone; many read their settings anew
signal-int = as Ctrl+C
signal-quit = as Ctrl+\, with a core dump
signal-ill = illegal instruction
signal-trap = breakpoint
signal-abrt = abort, with a core dump
signal-bus = bad memory access
signal-fpe = arithmetic error
signal-kill = end at once
signal-usr1 = up to the program
signal-segv = bad memory access
signal-usr2 = up to the program
signal-pipe = nobody reads
signal-alrm = timer
signal-term = please end
signal-stkflt = unused
signal-chld = a child ended
signal-cont = go on
signal-stop = stand still
signal-tstp = as Ctrl+Z
signal-ttin = reading in the background
signal-ttou = writing in the background
signal-urg = urgent data
signal-xcpu = CPU time is up
signal-xfsz = file too large
signal-vtalrm = timer of own CPU time
signal-prof = profiling timer
signal-winch = window size changed
signal-io = input is ready
signal-pwr = power fails
signal-sys = bad system call

## Everywhere

action-close = Close
action-cancel = Cancel
mark-none = –
mark-denied = denied
mark-gone = gone
mark-masked = ••••••••
toast-rows-copied = { $count ->
        [one] Row copied
       *[other] { $count } rows copied
    }
toast-copied = Copied

## Why a value is not there

unread-denied = Not readable: belongs to somebody else. Run Proclab as root to see it.
unread-denied-owner = Not readable: belongs to { $owner }. Run Proclab as root to see it.
unread-denied-root = Not readable: the kernel refuses it even to root.
unread-gone = The process has ended.
unread-zombie = The process has ended; this went with its memory.
unread-not-applicable = There is none.
unread-unsupported = This system does not tell.
unread-no-descriptors = Not readable now: too many files are open.
unread-other-namespace = Not known: /proc belongs to another pid namespace, so the system cannot be asked by this pid.
unread-not-sampled = Not known yet: it takes two looks.

## States of processes

procstate-running = running
procstate-sleeping = sleeping
procstate-active = active
procstate-disk-sleep = disk wait
procstate-stopped = stopped
procstate-tracing-stop = traced
procstate-zombie = zombie
procstate-dead = dead
procstate-wake-kill = disk wait
procstate-waking = waking
procstate-idle = idle
procstate-parked = parked
procstate-unknown = unknown
procstate-ended = ended
statehelp-running = It computes, or waits for a free CPU
statehelp-active = Its first thread sleeps; others of its threads have used CPU since the look before
statehelp-sleeping = It waits for something: input, a timer, another process
statehelp-disk-sleep = It waits inside the kernel, mostly for a disk, or for a child to run its program; signals have to wait too
statehelp-stopped = It was stopped (SIGSTOP, Ctrl+Z) and goes on with SIGCONT
statehelp-tracing-stop = A debugger holds it
statehelp-zombie = It has ended; what remains is its exit code, until its parent asks for it
statehelp-dead = It is going away at this moment
statehelp-waking = It is about to run
statehelp-idle = A thread of the kernel with nothing to do
statehelp-parked = A thread of the kernel put aside with its CPU
ended-exit = ended { $code }
ended-signal = ended { $code } ({ $signal })
ended-unknown = ended ? ({ $reason })
ended-mark = ended ?
ended-unheard-denied = only root is told
ended-unheard-unsupported = not told here
ended-unheard-not-sampled = not heard
ended-help-well = It ended by itself and reported success (exit code 0)
ended-help-failed = It ended by itself with exit code { $code }
ended-help-signal = { $signal } ended it; parents see this as { $code }
ended-help-denied = It is gone. How it ended the kernel tells only to root
ended-help-unsupported = It is gone. How it ended this system does not tell
ended-help-not-sampled = It is gone. How it ended was not heard: nobody listened yet, or the event was lost
ended-cpu-tip = CPU use over its life: { $cpu } of CPU time in { $span }
ended-cpu-least = CPU use over its life: { $cpu } of CPU time in { $span }, as far as it was seen
ended-cpu-unknown = It lived for { $span }, between two looks: how much CPU time it used is not known
ended-started = { $started }, { $span }
ended-started-tip = When it began, and how long it lived
ended-peak = peak { $memory }
ended-peak-tip = The most memory it is known to have had; between two looks it may have had more
ended-peak-unknown = It lived between two looks: how much memory it had is not known
ended-lived = lived { $span }
ended-dismiss-one = Dismiss { $name } { $pid }
ended-field-exit = Exit
ended-field-started = Started
ended-field-lifetime = Lived
ended-field-cpu = CPU time
ended-field-peak = Peak memory
ended-field-command = Command
statehelp-ended = It has ended; what is told of it was seen before
statehelp-unknown = The kernel names a state that Proclab does not know

## Columns of the process table

column-name = Name
column-name-help = What the process calls itself.
column-pid = PID
column-pid-help = The process id.
column-user = User
column-user-help = The real user: who started it.
column-state = State
column-state-help = What the process is doing now.
column-cpu = CPU %
column-cpu-unit = 1 core
column-cpu-unit-machine = machine
column-cpu-help = CPU use since the last look, in percent of one core: four busy threads are 400.
column-cpu-help-machine = CPU use since the last look, in percent of all cores together.
column-memory = Memory
column-memory-help = Resident memory (RSS), shared pages included; 1 MB is 1,048,576 bytes.
column-threads = Threads
column-threads-help = Its threads, the first one included.
column-started = Started
column-started-help = When the process began.
column-parent = Parent
column-parent-help = The process that started it, or the one that adopted it.
column-cmdline = Command line
column-cmdline-help = The arguments it was started with.
column-user-time = User time
column-user-time-help = CPU time in its own code, minutes:seconds.
column-system-time = System time
column-system-time-help = CPU time in the kernel on its behalf, minutes:seconds.
column-nice = Nice
column-nice-help = -20 is favoured by the scheduler, 19 stands back.
column-vms = Virtual
column-vms-help = Virtual memory: what is mapped, used or not.
column-terminal = Terminal
column-terminal-help = The controlling terminal.
column-exe = Executable
column-exe-help = Path of the program.
column-io-read = Read
column-io-read-unit = per second
column-io-read-help = Fetched from disk by the process itself since the last look. What comes from the page cache does not count, nor do children.
column-io-write = Written
column-io-write-unit = per second
column-io-write-help = Written by the process itself since the last look: into the page cache, which the disk gets later, or past it. Children do not count.
column-num-fds = Files
column-num-fds-help = Open descriptors of every kind: files, sockets, pipes.
column-run-queue = CPU wait %
column-run-queue-unit = of the time
column-run-queue-help = How much of the time since the last look its first thread was ready to run and had no CPU.
column-major-faults = Major faults
column-major-faults-help = How often it had to wait for a page of its memory to come from disk.
column-priority = Priority
column-priority-help = The kernel's priority: smaller comes first, below 0 is real time.
column-policy = Policy
column-policy-help = The scheduler's rule for it: other is the usual one, fifo and rr are real time, batch and idle stand back.
column-wait-channel = Waits in
column-wait-channel-help = The kernel's function in which its first thread waits.
column-oom-score = OOM score
column-oom-score-help = When memory runs out, the process with the highest score is ended first.
column-cgroup = Control group
column-cgroup-help = The group of processes whose CPU and memory are limited and counted together.
column-ports = Ports
column-ports-help = Where it listens: the ports of its TCP and UDP sockets that anybody may reach.

## Monitor

monitor-first = Reading the processes of this machine…
monitor-filter = Filter processes
monitor-filter-hint = Filter: name  user:ana  cpu>10  mem>200M
monitor-filter-tip = Words are looked for in name, user and command line; the question mark tells the rest
monitor-filter-help = How filters are written
monitor-filter-clear = Clear the filter
monitor-columns = Columns
monitor-columns-tip = Choose the columns of the table, their order and unit
columns-cpu = CPU % of
columns-one-core = one core
columns-one-core-tip = Four busy threads are 400 %
columns-machine = the machine
columns-machine-tip = All cores busy are 100 %
columns-reset = Reset to default
columns-earlier = Move { $title } to the left
columns-later = Move { $title } to the right
header-more = Click: sort. Shift and click: sort by it too. Drag: move it.
monitor-export = Export…
monitor-export-tip = Write the processes shown, or all of them, to a file
monitor-no-match = No process matches { $filter }; { $count ->
        [0] none is hidden by it.
        [one] one is hidden by it.
       *[other] { $count } are hidden by it.
    }
monitor-clear = Clear
table-name = Processes
table-open = Open { $name }
table-close = Close { $name }
table-program = { $name }, { $count } processes
table-ended = { $count } ended
table-above = { $count ->
        [one] 1 row above
       *[other] { $count } rows above
    }
table-above-tip = The marked row keeps its place while others go above it. Click to go to the top and stay there
monitor-flat = Flat
monitor-flat-tip = Every process in a row of its own
monitor-tree = Tree
monitor-tree-tip = Children below their parents; a closed branch shows what all of it takes together
monitor-programs = By program
monitor-programs-tip = One row a program, with what its processes take together
total-exact = What { $count } processes take together.
total-at-least = What { $count } processes take together; of some it is not known, so it is this or more.
total-at-most = The resident memory of { $count } processes. Pages that they share are counted in each of them, so together they take this or less.
total-about = The resident memory of { $count } processes. Shared pages are counted in each of them, and of some nothing is known: take it as a rough figure.
total-unknown = Of none of these { $count } processes is it known.

filter-unknown-key = No key “{ $key }”. Keys: { $keys }
filter-unknown-state = No process is ever “{ $value }”. States: { $states }, or a letter such as D
filter-wrong-regex = “/{ $pattern }/” is no regular expression: { $reason }
filter-wrong-operator = “{ $term }” makes no sense: write { $example }
filter-no-value = “{ $term }” needs a value: write { $example }
filter-no-number = “{ $value }” is no number for { $key }: write { $example }
filter-no-port = There is no port “{ $value }”: write a number from 1 to 65535
filter-open-quote = The closing quotation mark is missing
filter-lone-not = “!” needs a word behind it
filter-lone-or = “|” needs a word on either side
filter-kept = Last valid filter shown
filter-kept-of = The rows are still those of “{ $filter }”.
filter-kept-all = The rows are still those without a filter.

filterhelp-title = Terms side by side must all hold. Click one to add it.
filterhelp-word = in name, user or command line, or a pid that begins so
filterhelp-quoted = with its spaces; also what else would be a key
filterhelp-regex = a regular expression, case ignored; also name:/…/
filterhelp-name = in the name
filterhelp-cmd = in the command line
filterhelp-user = whose real user’s name begins so, or has that number
filterhelp-state = running sleeping disk-sleep stopped zombie idle …
filterhelp-letter = the kernel’s letter: R S D T Z I
filterhelp-pid = exactly that process; > and < work too
filterhelp-ppid = the children of that process
filterhelp-tree = that process and all below it
filterhelp-cpu = more than 10 % of one core
filterhelp-mem = more than 200 MB resident; K M G T are powers of 1,024
filterhelp-threads = more than 8 threads
filterhelp-port = with a socket at that port, on either side
filterhelp-cgroup = in the path of the control group
filterhelp-files = more than 1,000 open descriptors
filterhelp-read = more than 1 MB a second from disk
filterhelp-write = more than 1 MB a second to the page cache or disk
filterhelp-and = both
filterhelp-or = one or the other; binds weaker than a space
filterhelp-not = not that

introduction-text = New here?
introduction-link = See a process pool at work (5 s)
introduction-dismiss = Do not show this again

## The machine

machine-cpu = CPU
machine-cpu-tip = CPU use of all cores together; the curve shows the last two minutes, gaps are times when nothing was known. Click: sort by it
machine-cpu-group = Proclab’s own control group (its container) may use { $cpus } CPUs’ time.
machine-cores = { $count ->
        [one] 1 core
       *[other] { $count } cores
    }
machine-memory = Memory
machine-memory-tip = Memory that could not be given to programs without swapping; the curve shows the last two minutes. Click: sort by it
machine-memory-group = Proclab’s own control group (its container) may use { $most }; { $used } of it are used.
machine-of = of { $total }
machine-readout =
    { $ago }
    CPU { $cpu }
    Memory { $memory }
readout-unknown =
    { $ago }
    Nothing was read then.
ago-now = now
ago-seconds = { $seconds } s ago
ago-minutes = { $minutes } min ago
ago-minutes-seconds = { $minutes } min { $seconds } s ago
machine-taken-cores = { $cores } cores
machine-top = { $note } · { $program } { $amount }
machine-disk = Disk
machine-rate = { $bytes }/s
machine-disk-note = { $read } read · { $written } written
machine-disk-tip = What goes to and from all disks together, a second; while it is much, who makes the most of it. What a program writes goes into the page cache first, so it may write much while the disk is quiet, and the other way round. Click: sort by it
machine-waiting = Waiting
machine-waiting-shares = CPU { $cpu } · memory { $memory } · disk { $disk } %
machine-waiting-tip =
    In how much of the last ten seconds something waited for a CPU, for memory or for a disk.
    Load, on average over 1, 5 and 15 minutes: { $load }
short-nothing = Nothing is short
short-brief = Brief waits only, nothing lasting
short-unknown = This system does not tell what is short
short-cpu = Waiting for a CPU ({ $share } %)
short-cpu-who = Waiting for a CPU ({ $share } %): { $program } takes { $amount }
short-memory = Waiting for memory ({ $share } %)
short-memory-who = Waiting for memory ({ $share } %): { $program } takes { $amount }
short-disk = Waiting on disk ({ $share } %)
short-disk-doing = Waiting on disk ({ $share } %): { $doing }
disk-reads = { $program } reads { $bytes }/s
disk-writes = { $program } writes { $bytes }/s to cache
short-disk-who = Waiting on disk ({ $share } %): { $program } stands still

## Status bar

status-processes = { $count ->
        [one] 1 process
       *[other] { $count } processes
    }
status-kernel-hidden = { $count ->
        [one] 1 kernel thread hidden
       *[other] { $count } kernel threads hidden
    }
status-kernel-shown = { $count ->
        [one] 1 kernel thread
       *[other] { $count } kernel threads
    }
status-kernel-tip = Show or hide threads of the kernel
status-selected = { $count } selected
status-ended = { $count } ended
status-ended-off = Ended hidden
status-ended-tip = Show or hide processes that have ended: the last thousand, for ten minutes
status-ended-dismiss = Dismiss
status-losses = Events lost
status-losses-tip = { $count ->
        [one] Once more ended
       *[other] { $count } times more ended
    } at once than could be taken in: some short-lived processes and exit codes are missing
heard-on = The kernel tells of births and ends: exit codes are known, and processes that live between two looks.
heard-off = Nothing has been told yet: only what two looks show is known.
heard-denied = Only what two looks show is known: before Linux 6.6 the kernel tells of births and ends only to root.
heard-network-namespace = Only what two looks show is known: this container's network hides what the kernel tells of births and ends.
heard-pid-namespace = Only what two looks show is known: this container has pids of its own, and the kernel tells the machine's.
heard-no-descriptors = Only what two looks show is known: too many files are open to listen to births and ends.
heard-unsupported = Only what two looks show is known: this system does not tell of births and ends.
status-filtered = { $count } kept out by the filter
status-limited = Not all processes are visible
status-blind = The watching has stopped. Start Proclab again.
status-freeze = Freeze
status-frozen = Frozen
status-freeze-tip = Hold this moment and look back from it; the watching goes on
status-cost = Own { $percent } %
status-cost-tip = What this window takes: { $percent } % of one core since the last look, all threads and drawing included. Reading the processes takes { $looking } % of it, { $ms } ms for the whole table
status-cost-looking = Looking { $percent } %
status-cost-looking-tip = What reading the processes takes: { $looking } % of one core since the last look, { $ms } ms of CPU for the whole table. Drawing is not counted: this window is not among the processes that it can see
status-slowed = Slowed to { $seconds } s
status-slowed-tip = So many processes at this interval would cost more than a fifth of one core; a longer interval makes this go away
status-every = every { $seconds } s
status-every-tip = How often the machine is looked at
status-history = history { $span }
status-history-tip = How far back one can look, minutes:seconds
looking-at = Looking at { $time }, { $ago }
looking-timeline = Moment shown
looking-tip = Drag, or step with { $earlier } and { $later }; Esc goes back to now
status-held = Order held
status-held-tip = Rows keep their places while the pointer moves over the table or a button is down
limited-title = Limited view
limited-hidepid = /proc is mounted with hidepid: the kernel hides other people's processes, wholly or all but their names. Root sees all.
limited-other-namespace = /proc belongs to another pid namespace: the pids shown are not those that system calls take here. Nothing can be done to these processes, and CPUs and I/O priority are not known.
limited-no-descriptors = Too many files are open, in Proclab or on the machine, to read every process. A higher limit (ulimit -n) helps.
limited-namespace = Proclab runs in a container, or another pid namespace: only the processes in it are visible, not all of the machine.
limited-proc = The processes in /proc cannot be listed, so none is known. Is /proc mounted, and may you read it?
limited-dismiss = Hide this line; the status bar keeps saying it
command-dismiss-limits = Hide why the view is limited

## Detail of a process

detail-overview = Overview
detail-threads = Threads
detail-files = Files
detail-network = Network
detail-environment = Environ
detail-why = Why
detail-limits = Limits
detail-reading = Reading…
detail-gone = It ended before more was read about it.
detail-ended = has ended
detail-parent = parent
detail-parent-tip = Show the parent
detail-copy-pid = Click to copy the PID
detail-copy = Click to copy
detail-close = Close the detail
detail-cpu = CPU
detail-cpu-now = { $percent } % of 1 core
detail-cpu-tip = CPU use of the last ten minutes, as far as it was watched; 100 % is one core, gaps are times when nothing was known
detail-io = Read and written
detail-io-read = { $rate }/s read
detail-io-write = { $rate }/s written
detail-io-tip = What it fetches from disk, and what it writes into the page cache, which the disk gets later, or past it; for ten minutes at most. What comes from memory does not count, nor do children. It is read only while this panel is open, the disk is busy, or a column, the order or the filter is about it
detail-io-since = Recorded since { $time }, when this was first opened
detail-memory-tip = Memory of its own and shared, as far as it is in RAM, for ten minutes at most, as far as it was watched
axis-minutes = −{ $minutes } min
detail-switches = { $voluntary } waited · { $involuntary } preempted
detail-unnamed = (unnamed)
detail-list-cut = Showing the first { $count } of { $total }.
detail-list-cut-somewhere = Showing the first { $count }; there are more.
detail-count = { $title } · { $count }
thread-id = ID
thread-name = Name
thread-state = State
thread-time = CPU time
thread-cpu = CPU %
file-fd = FD
file-mode = Mode
file-kind = Kind
file-position = Position
file-path = Path
socket-kind = Kind
socket-ends = Local end → remote end
socket-remote = Remote end
socket-state = State
variable-name = Name
variable-value = Value
detail-threads-none = No threads.
detail-files-none = No files are open.
detail-network-none = No sockets are open.
detail-environment-none = The environment is empty.
detail-environment-show = Show all
detail-environment-hide = Hide all
detail-environment-note = What looks like a secret is hidden; a click on one shows it.
detail-filter = Filter this list
detail-shown = { $shown } of { $all }
detail-no-match = Nothing here matches { $filter }.
detail-copy-all = Copy all rows
detail-sort-tip = Click to sort
detail-network-ours = Network namespace { $number }, the same as Proclab's.
detail-network-other = Network namespace { $number }, another one than Proclab's: its addresses and ports are its own.
filekind-regular = file
filekind-memory = memory
filekind-folder = folder
filekind-terminal = terminal
filekind-device = device
filekind-disk = disk
filekind-pipe = pipe
filekind-socket = socket
filekind-kernel = kernel
detail-group-program = Program
detail-group-process = Process
detail-group-cpu = CPU
detail-group-memory = Memory
detail-group-io = Input and output
field-exe = Executable
field-exe-deleted = Its file
field-exe-deleted-words = removed or replaced since it was started
field-cwd = Working folder
field-cwd-deleted = Its folder
field-cwd-deleted-words = removed since
field-cmdline = Command line
field-user = User
field-state = State
field-parent = Parent
field-terminal = Terminal
field-started = Started
field-nice = Nice
field-cpu-user = User time
field-cpu-system = System time
field-threads = Threads
field-switches = Switches
field-rss = Resident
field-uss = Its own (USS)
field-pss = Its share (PSS)
field-peak = Peak resident
field-swap = Swapped out
field-vms = Virtual
field-read = Read from disk
field-written = Written to cache or disk
field-fds = Descriptors
field-cgroup = Control group
field-container = Container
field-policy = Policy
field-priority = Priority
field-affinity = May run on
field-io-priority = I/O priority
field-oom-score = OOM score
field-quota = CPU quota
field-throttled = Throttled
field-group-memory = Group's memory
field-memory-high = Slowed from
field-group-tasks = Group's tasks
field-oom-kills = OOM kills
detail-group-limits = Limits
detail-group-group = Control group
detail-group-turns = Scheduling
limit-of = { $used } of { $most }
limit-unlimited = no limit
limit-hard = It may raise this limit to { $hard }.
limit-hard-none = It may raise this limit without end.
limit-warning = { $percent } % used
limit-not-counted = The kernel does not tell how much of it is used.
limit-threads-of-user = Threads of all processes of its user are counted together.
quota-cpus = { $cpus } CPUs
quota-none = no quota
throttled-now = { $percent } % of its periods, { $seconds } s in all
oom-score-adjusted = { $score } (adjusted by { $adjustment })
affinity-all = all CPUs
affinity-cpus = CPU { $cpus }
ceiling-none = no limit
ceiling-group = Set by the control group { $group }.
limit-name-cpu-time = CPU time
limit-name-file-size = File size
limit-name-data-size = Data size
limit-name-stack-size = Stack size
limit-name-core-size = Core file size
limit-name-resident-set = Resident set
limit-name-processes = Processes
limit-name-open-files = Open files
limit-name-locked-memory = Locked memory
limit-name-address-space = Address space
limit-name-file-locks = File locks
limit-name-pending-signals = Pending signals
limit-name-message-queues = Message queues
limit-name-nice = Nice priority
limit-name-realtime-priority = Real-time priority
limit-name-realtime-timeout = Real-time timeout
why-weight-stuck = Stuck
why-weight-held = Held up
why-weight-notice = Worth knowing
why-weight-normal = As it should be
why-weight-unknown = Unknown
why-ended = It has ended. What stands below was so before.
why-zombie = It has ended, and its parent { $parent } has not asked how.
why-zombie-orphan = It has ended, and nobody has asked how.
why-zombie-fact = Its state is Z: only its entry is left, no memory, no CPU.
why-zombie-do = It goes when its parent collects it or ends; it cannot be killed once more.
why-first-thread = Its first thread has ended, others go on.
why-first-thread-fact = State, priority and waits are those of the first thread that goes on.
why-stopped = A signal has stopped it: SIGSTOP, or Ctrl+Z and its like.
why-stopped-fact = Its state is T.
why-stopped-do = SIGCONT lets it go on; in its shell fg or bg do.
why-traced-stop = { $tracer } traces it and holds it.
why-traced-stop-unknown = Whoever traces it holds it.
why-traced-stop-fact = Its state is t.
why-traced-stop-do = It goes on when the tracer lets it or ends.
why-traced = { $tracer } traces it, which slows down its system calls.
why-frozen = Its control group is held still.
why-frozen-fact = The group is frozen: nobody in it runs.
why-frozen-do = Whoever froze the group (a container's pause, a suspended session) has to thaw it.
why-disk-sleep = It waits { $wait }, where signals do not reach it.
why-disk-sleep-unknown = It waits for the kernel, where signals do not reach it.
why-disk-sleep-do = It may be that not even SIGKILL ends it until the wait is over. Look at the disk or the server that it waits for.
why-awaits-program = It waits for a child that it has started (vfork) to run its program or to end.
why-awaits-program-do = Until then only SIGKILL reaches it. Look at its child, which has not run its program yet.
why-io-pressure = Somebody waited for disks { $percent } % of the last ten seconds.
why-io-pressure-group = Its control group waited for disks { $percent } % of the last ten seconds.
why-throttled = Its control group uses its quota up { $percent } % of the time: { $cpus } CPUs.
why-throttled-fact = The group { $group } was held up for { $seconds } s so far.
why-throttled-do = Raise the group's quota, or start fewer threads in it.
why-group-fact = The group { $group } sets it.
why-cpu-wait = It was ready to run but got no CPU for { $percent } % of the time.
why-cpu-wait-thread = Its thread { $thread } was ready to run but got no CPU for { $percent } % of the time.
why-cpu-load = { $cpus ->
    [one] { $cpus } CPU
   *[other] { $cpus } CPUs
}, load { $load }.
why-cpus = { $cpus ->
    [one] { $cpus } CPU.
   *[other] { $cpus } CPUs.
}
why-nice = Its nice value is { $nice }: others come first.
why-cpu-wait-do = End or slow down whatever uses the CPUs; the table sorts by CPU %.
why-low = Others come first when CPUs are short.
why-low-idle = Its policy is SCHED_IDLE: it runs only when nobody else wants to.
why-low-do = A smaller nice value gives it more; it takes root to make it smaller.
why-memory-max = Its control group uses { $used } of { $most }: at the end of that the kernel kills.
why-memory-high = Its control group uses { $used }, more than { $most }: the kernel slows it down.
why-memory-max-do = Raise the group's limit, or let its programs use less.
why-oom = { $count ->
    [one] A process of its control group was killed because memory ran out.
   *[other] { $count } processes of its control group were killed because memory ran out.
}
why-oom-fact = Counted since the group is there.
why-swapped = Its memory is mostly swapped out: { $swap }, and { $rss } are in RAM.
why-swapped-do = Free memory: what is swapped out has to be fetched from disk before it is used.
why-paging = It fetches its memory from disk, { $faults } times a second.
why-memory-short = The machine is short of memory.
why-memory-short-fact = Somebody waited for memory { $percent } % of the last ten seconds.
why-files = It has { $used } descriptors open and may have { $most }.
why-files-do = Beyond that it can open no files and no sockets. The tab Files tells what they are; its limit can be raised with prlimit.
why-tasks = Its control group has { $used } processes and threads and may have { $most }.
why-tasks-do = Beyond that it can start none. Raise the group's limit.
why-signals-held = Sent, but held back: { $signals }.
why-signals-held-do = They arrive when it lets them through or goes on. SIGKILL always arrives.
why-term-ignored = It ignores SIGTERM.
why-term-ignored-do = A request to end does nothing; SIGKILL ends it.
why-running = It runs: { $percent } % of one core.
why-running-unknown = It runs.
why-other-moment = It goes back and forth: the table found it { $table }, the look for this page { $state }.
why-waiting = It waits { $wait }.
why-waiting-first = Its first thread waits { $wait }.
why-waiting-unknown = It sleeps until something comes.
why-function = It sleeps in { $function }.
why-function-unknown = In which of the kernel's functions is not known.
why-at = At { $file }.
why-unknown = Unknown: { $facts }.
wait-child = for a child to end
wait-program = for a child to run its program
wait-pipe-input = for input from a pipe
wait-pipe-room = for room in a pipe
wait-pipe-partner = for the other end of a named pipe
wait-timer = for a timer
wait-events = for something to happen at its files and sockets
wait-thread = for another thread
wait-socket-input = for input at a socket
wait-socket-room = for room at a socket
wait-connection = for somebody to connect
wait-answer = for an answer to its connection
wait-terminal = for somebody to type
wait-signal = for a signal
wait-disk = for a disk
wait-writeback = for written pages to reach the disk
wait-file-server = for a file server
wait-file-program = for a program that serves files
wait-file-lock = for a lock on a file
wait-memory = for memory that the kernel frees
wait-kernel-lock = for a lock of the kernel's
wait-message = for a message or a semaphore
fact-wait-channel = what it waits for
fact-cpu-wait = how long it waits for a CPU
fact-cgroup = what its control group allows
fact-limits = its limits
fact-signals = its signals
fact-descriptors = open descriptors
started-days = started { $days } d { $hours } h ago
started-hours = started { $hours } h { $minutes } min ago
started-minutes = started { $minutes } min { $seconds } s ago
started-seconds = started { $seconds } s ago

menu-copy-pid = Copy PID
menu-copy-name = Copy name
menu-copy-command = Copy command line
menu-copy-cell = Copy this cell
menu-copy-row = Copy { $count ->
        [one] row
       *[other] { $count } rows
    }
menu-copy-json = Copy { $count ->
        [one] as JSON
       *[other] { $count } as JSON
    }
menu-copy-kill = Copy { $count ->
        [one] kill command
       *[other] kill command for { $count }
    }
menu-copy-kill-gone = Not there any more: the pid may be another’s by now
menu-show-parent = Show parent
menu-filter-tree = Only this and what is below it
menu-filter-user = Only processes of { $user }

## Export

export-title = Export
export-this = Only { $name } { $pid }
export-selected = The { $count } selected processes
export-shown = { $count ->
        [one] The one process that the table shows
       *[other] The { $count } processes that the table shows
    }
export-shown-ended = { $count ->
        [0] { $ended ->
            [one] The one process that the table shows, which has ended
           *[other] The { $ended } processes that the table shows, all of which have ended
        }
        [one] The one process that the table shows, and { $ended } that ended
       *[other] The { $count } processes that the table shows, and { $ended } that ended
    }
export-all = { $count ->
        [one] The one process there is
       *[other] All { $count } processes
    }{ $kernel ->
        [0] {""}
        [one] , one kernel thread included
       *[other] , { $kernel } kernel threads included
    }
export-note-past = As it was at { $time }: of that moment the usual fields are known, no more.
export-note = As read at { $time }, with the fields that `proclab snapshot` writes.
export-note-nothing = No field is picked: pick one at least.
export-note-rates = Rates of input and output are in it if a column, the order or the filter was about them.
export-note-picked = As read at { $time }.
export-note-reading = Processes and figures as read at { $time }; the rest is read now, one process after the other.
export-format = Format
export-json = JSON
export-json-tip = One document, indented, with the machine's own figures
export-ndjson = NDJSON
export-ndjson-tip = One process a line, each standing alone
export-csv = CSV
export-csv-tip = For a spreadsheet: units stand in the names of the columns
export-fields = Fields
export-fields-table = Usual
export-fields-table-tip = What is known of every process anyway
export-fields-all = Everything
export-fields-all-tip = Files, connections, threads, memory in detail, limits and more: takes some milliseconds for each process
export-fields-pick = Pick
export-fields-pick-tip = One by one, those of `proclab snapshot --fields`; remembered
export-pick-find = Find a field
export-pick-count = { $count } of { $all }
export-pick-all = All
export-pick-none = None
export-pick-none-found = No field has that in its name or its meaning.
export-environ = Environment
export-environ-omit = Left out
export-environ-omit-tip = No variables at all
export-environ-redact = Secrets hidden
export-environ-redact-tip = Values that look like passwords, tokens and keys are hidden; nobody but you may read the file
export-environ-show = All shown
export-environ-show-tip = With every password and token in it; nobody but you may read the file
export-cells = Cells
export-cells-exact = Exact
export-cells-exact-tip = Every text as it is
export-cells-safe = No formulas
export-cells-safe-tip = A ' before texts that a spreadsheet would take for a formula, as --safe-csv does
export-keys = Names of fields
export-keys-en = English
export-keys-en-tip = pid, name, exe … as psutil has them
export-keys-zh = Chinese
export-keys-zh-tip = The labels of the tutorial
export-path = File
export-browse = Browse…
export-browse-tip = Choose with the desktop's own dialog
export-no-dialog = No file dialog opens on this desktop: it has neither xdg-desktop-portal nor zenity. Type the path above; ~/ is your home folder.
export-write = Export { $count ->
        [one] one process
       *[other] { $count } processes
    }
export-done = Exported { $count ->
        [one] one process
       *[other] { $count } processes
    } to { $path }
export-failed = Could not write { $path }: { $reason }
export-no-folder = there is no such folder
export-no-permission = you may not write there
export-disk-full = the disk is full
export-read-only = the disk is read-only
export-not-a-folder = a part of it is a file, not a folder
export-writing = Writing { $written } of { $count }…
export-replace = Replace the file
export-is-there = { $path } is there already. Replace it?
export-stopping = Stopping… Cancel once more to leave it to itself.
export-broken-down = The writing has broken down, which is a fault of Proclab: no file was written.
export-stopped = Stopped. Nothing was written.
export-stopped-within = Stopped. A part of it may have gone to { $path }.
export-show = Show
export-no-manager = No file manager answers on this desktop. The file is { $path }
export-no-source = The rest could not be read: { $reason }
export-folder = { $path } is a folder: name a file in it

## What the fields of an export are

exported-pid = the process id
exported-start-ticks = when it began: pid, start_ticks and the host's boot_id name one process for ever
exported-name = name, completed where the kernel cut it
exported-label = name with the script, module or jar that it runs: python3 · writer.py
exported-ppid = the parent's pid, 0 for none
exported-parent-name = the parent's name
exported-status = running, sleeping, disk-sleep, stopped, zombie, idle ...
exported-username = the real user's name
exported-create-time = when it began
exported-terminal = the controlling terminal
exported-cpu-percent = CPU use over cpu_percent_span seconds: four busy threads are 400
exported-cpu-times = CPU time used so far
exported-memory-info = memory
exported-num-threads = number of threads
exported-nice = -20 (favoured) to 19
exported-exe = path of the executable
exported-exe-deleted = true if that file was removed or replaced since
exported-cmdline = list of arguments
exported-is-kernel-thread = true for threads of the kernel
exported-cwd = the working directory
exported-cwd-deleted = true if that directory was removed since
exported-uids = user ids
exported-gids = group ids
exported-memory-full-info = memory that is shared with nobody, and more
exported-open-files = open regular files
exported-connections = sockets
exported-threads = the threads
exported-num-fds = open descriptors of every kind
exported-num-ctx-switches = how often it was taken off a CPU
exported-io-counters = input and output so far, its collected children's included
exported-io-rates = what it reads from disks and writes for them itself, over cpu_percent_span seconds
exported-cpu-num = the CPU it last ran on
exported-page-faults = minor (no disk needed), major
exported-scheduling = policy and priority
exported-cpu-affinity = the CPUs it may run on
exported-ionice = the I/O priority
exported-run-queue = how long it waited for a CPU
exported-wait-channel = the kernel's function it waits in
exported-oom-score = how likely it is killed when memory runs out
exported-oom-score-adj = what was asked for there, -1000 to 1000
exported-namespaces = number of each: who has the same shares it
exported-container = by the control group
exported-cgroup = the control group
exported-limits = resource limits
exported-environ = the environment at its start; only with --environ

## Compare

monitor-compare = Compare
monitor-compare-tip = What is new, gone, grown or changed since a moment or a file
compare-remember = Remember this moment
compare-with-moment = Compare with the remembered moment
compare-with-time = Compare with { $time }
compare-with-a-file = Compare with a file…
compare-again = Again
compare-again-tip = Compare with the machine as it is now
compare-close = Close the comparison
compare-remembered = Remembered this moment, { $time }.
compare-offer = Compare with it now
compare-since = { $time } to { $now }: { $seconds }
compare-with-file = { $file }, { $time } to { $now }: { $seconds }
compare-with-cut-file = { $file }, { $time } to { $now }: { $seconds }; the file ends in the middle, what stands before was used
compare-left-out = { $words }; { $count ->
    [one] one process had started before but is missing from { $before }
   *[other] { $count } processes had started before but are missing from { $before }
 }
compare-left-out-later = { $words }; { $count ->
    [one] one process of { $before } could not be looked for now
   *[other] { $count } processes of { $before } could not be looked for now
 }
compare-the-moment = the remembered moment
compare-the-file = the file
compare-title = Compare with a file
compare-note = What was exported here as JSON or NDJSON, or written by `proclab snapshot` or `proclab watch`, since this machine was started.
compare-do = Compare
compare-filter = Filter the comparison
compare-filter-hint = Name, PID, text
compare-tab-all = All { $count }
compare-tab-new = New { $count }
compare-tab-gone = Gone { $count }
compare-tab-grown = Grown { $count }
compare-tab-changed = Changed { $count }
compare-new = new
compare-gone = gone
compare-grown = grown
compare-changed = changed
compare-column-kind = What
compare-column-name = Name
compare-column-pid = PID
compare-column-memory = Memory
compare-column-rss = Growth
compare-column-uss = Unshared
compare-column-cpu = CPU time
compare-column-what = Command line, or what changed
compare-row-tip = Click to show it in the table
compare-gone-tip = It has ended
compare-nothing = Every process is as it was.
compare-no-match = Nothing here. The other tabs have more, or the filter hides it.
compare-unreadable = Could not read { $path }: { $more }
compare-empty = { $path } is empty
compare-cut = { $path } ends in the middle: it was cut off. Export it once more.
compare-no-json = { $path } is no JSON (line { $more }). Only JSON and NDJSON can be compared; CSV cannot.
compare-foreign = { $path } is JSON, but nothing that Proclab has exported
compare-other-schema = { $path } is something else of ours or of a newer version: { $more }
compare-damaged = { $path } is damaged (line { $more })
compare-other-host = The file is of the machine { $before }, this is { $after }: none of their processes is the same.
compare-other-namespace = One of the two was taken in a container: its pids are not those of the machine, so there is nothing to compare.
compare-other-boot = { $host } was started anew since then: no process outlives that, so there is nothing to compare.
compare-no-time = The file does not say when it was written ({ $time }): it is damaged.
compare-no-source = The machine could not be read: { $reason }

## Lab

lab-empty = Each process of the run gets a lane here. Start (Ctrl+Enter).
lab-status = No run yet
lab-status-others = Not run yet. Earlier runs can be chosen in the list at the upper left
lab-start = Start
lab-start-here = Start
lab-start-again = Start again
lab-start-pool = Start: { $workers ->
    [one] one worker
   *[other] { $workers } workers
 }, { $tasks } × { $task }
lab-start-processes = Start: { $count ->
    [one] one process
   *[other] { $count } processes
 }
lab-start-food = Start: { $producers ->
    [one] one producer
   *[other] { $producers } producers
 }, { $consumers ->
    [one] one consumer
   *[other] { $consumers } consumers
 }
lab-start-tip = Start this run in real processes
lab-start-is-live = A run is under way. Stop it first, or press Ctrl+Enter: it is stopped, and this one starts
lab-stop = Stop
lab-stop-tip = Ask the run to stop
lab-stop-none = No run is under way
lab-stopping = stopping
lab-stop-at-once = Stop at once
lab-stop-at-once-tip = Kill the run's processes without asking them
lab-choose-lesson = Choose a lesson
lab-choose-form = Choose your own run
lab-choose-tip = Choose a lesson or your own run
lab-form-title = Your own run
lab-ask = Ask something of the run
lab-select = Select
lab-preview = Mark what is under the pointer
lab-follow = Follow
lab-fit = Whole run
lab-fit-tip = Show the whole run and go on with it (F, double click)
lab-reveal = Reveal the answer
lab-cannot-start = The run cannot start: see what is marked in the form.
lab-not-asked = The run no longer takes requests: nothing was done.
lab-live = LIVE
lab-ended-ok = done
lab-ended-failed = done, with failures
lab-ended-interrupted = stopped
lab-ended-unknown = cut off
lab-ended-other = ended (newer version)
lab-show-run = Show a run again
lab-run = Run { $number }
lab-run-other = Run { $number }: { $name }
lab-code-of = Program of run { $number }: { $name }
lab-run-tip = The last runs of this window can be looked at again: see the list at the left
lab-run-entry = Run { $number }: { $name }, { $how } { $time }
lab-run-pool = own pool
lab-run-processes = own processes
lab-run-food = own producers and consumers
lab-run-later = a run of a later version ({ $kind })
lab-run-unknown = own run
lab-seed = Seed { $seed }
lab-seed-tip = The random times follow from it: the same seed gives the same run
lab-main-gone = The run's main process ended without telling how: { $what }
lab-tab-code = Code
lab-tab-form = Form
lab-tab-lessons = Lessons
lab-tab-results = Results
lab-tab-items = Items
lab-tab-log = Log
lab-tab-processes = Processes
lab-lanes-summary = Lanes of { $lanes ->
    [one] one process
   *[other] { $lanes } processes
 }, { $running } running
lab-status-tasks = { $tasks ->
    [one] one task
   *[other] { $tasks } tasks
 }, { $done } done, { $failed } failed
lab-status-tasks-cancelled = { $tasks ->
    [one] one task
   *[other] { $tasks } tasks
 }, { $done } done, { $failed } failed, { $cancelled } cancelled
lab-status-processes = { $count ->
    [one] one process
   *[other] { $count } processes
 }, { $ended } ended
lab-status-cut-short = Stopped before everything that happened had been shown
lab-status-items = { $put ->
    [one] one item
   *[other] { $put } items
 } put, { $got } got, { $waiting } in the queue
lab-status-sentinels = None { $count } for { $consumers ->
    [one] one consumer
   *[other] { $consumers } consumers
 }: { $got } got, { $waiting } in the queue
lab-status-lines = { $count ->
    [one] one line of log
   *[other] { $count } lines of log
 }
lab-status-missing = { $count ->
    [one] one event is missing
   *[other] { $count } events are missing
 }
lab-status-refused = Not done: { $reason }

## Lanes

lane-callback-thread = callback thread
lane-nth = ({ $place })
lane-queue = queue { $name }
lane-maxsize = maxsize { $count }
lane-no-limit = no limit
lane-waiting-tasks = waiting tasks
lane-code-finished = main's code finished
lane-now = now
lane-daemon = { $name }, daemon
lane-ended-with-main = ended with main ({ $how })
lane-lost = lost: { $task }
lane-timed-out = timed out: { $task }
lane-cancelled = cancelled: { $task }
lane-resized = { $count ->
    [one] one worker
   *[other] { $count } workers
 }
lane-sentinels-few = main expects { $consumers ->
    [one] one sentinel
   *[other] { $consumers } sentinels
 }, { $put ->
    [0] none was put
    [one] 1 was put
   *[other] { $put } were put
 }: { $more ->
    [one] one consumer
   *[other] { $more } consumers
 } will wait for ever
lane-sentinels-few-known = main expects { $consumers ->
    [one] one sentinel
   *[other] { $consumers } sentinels
 }, { $put ->
    [0] none was put
    [one] 1 was put
   *[other] { $put } were put
 }: { $who } will wait for ever
lane-sentinels-few-ended = main put { $put ->
    [0] no None
   *[other] { $put } None
 } for { $consumers ->
    [one] one consumer: it got none
   *[other] { $consumers } consumers: { $more ->
        [one] one of them
       *[other] { $more } of them
     } got none
 }
lane-sentinels-many = main put { $put } None for { $consumers ->
    [one] one consumer
   *[other] { $consumers } consumers
 }: { $more ->
    [one] one stays
   *[other] { $more } stay
 } in the queue
lane-replaced = replaced after { $time }

state-starting = starting
state-initializing = initializing
state-idle = idle
state-running = running { $task }
state-holding = working on { $item }
state-producing = producing
state-suspended = suspended
state-stopped-by = stopped by { $signal }
state-stopped-by-terminal = stopped by its terminal ({ $signal })
state-suspended-running = { $state } while running { $task }
state-leaving = { $state }, then leaves
state-waiting-empty = waiting: queue empty
state-blocked-full = blocked: queue full
state-ended-code = ended, exit code { $how }
state-ended-signal = ended by { $how }
state-ended-unknown = ended, exit code unknown
state-unknown = not known any more

outcome-ok = ok
outcome-error = error
outcome-worker-died = worker died
outcome-timed-out = timed out
outcome-cancelled = cancelled
outcome-other = ended in a way that this version does not know
outcome-running = running
outcome-waiting = waiting
outcome-unknown = not known

card-tasks = { $count } tasks, too close together to tell apart
card-steps = { $count } calls, too close together to tell apart
card-line = line { $line }
card-took = took { $time }
card-blocked-for = for { $time } so far
card-waited = waited { $time }
card-ran = ran { $time }
card-attempt = attempt { $n }
card-attempt-failed = attempt { $n } failed: { $error }
card-arrived = arrived { $place }
card-callback = callback took { $time }
card-error-callback = error callback took { $time }
card-other-callback = another callback took { $time }
card-cpu = { $time } of CPU time
card-waiting = { $count ->
    [one] one task waits
   *[other] { $count } tasks wait
 }
card-ready-after = ready after { $time }
card-peak = { $size } of memory at most
card-pipe-leaked = Something it started still holds its output open
card-sentinel = None, the sentinel
card-put = put by { $who } at { $time }
card-got = got by { $who } at { $time }
card-in-queue = { $time } in the queue

ordinal-first = { $n }st
ordinal-second = { $n }nd
ordinal-third = { $n }rd
ordinal-other = { $n }th

## Log, results, processes, code

log-all = All
log-tabs = Choose whose log is shown
log-of = Log of { $who }
log-find = Find
log-find-tip = Show only lines that contain this
log-found = { $count } found
log-follow = Follow
log-follow-tip = Go to the newest line and stay there
log-copy = Copy the selected lines, or all
log-copy-line = Copy this line
log-dropped = { $count ->
    [one] one line dropped
   *[other] { $count } lines dropped
 }
log-dropped-tip = { $stream } left out because this window was too slow, { $here } older than what is kept
log-none-found = No line contains { $text }.
log-empty = What the processes print appears here.
log-empty-of = { $who } has printed nothing yet.
log-continued = {" "}…
log-partial = {" "}(unfinished)
log-read-late-task = {" "}(read { $time } after the end of { $task })
log-read-late = {" "}(read { $time } after the end of the process)
log-go-to = First line: { $time }
log-go-to-tip = Bring the first line of what is selected into sight; the log stops following
log-note = note
log-alarm = alarm

note-killed = was killed ({ $how })
note-killed-running = was killed ({ $how }) while running { $task }
note-ended = was ended by { $how }
note-ended-running = was ended by { $how } while running { $task }
note-exited = ended with exit code { $how }
note-exited-unknown = ended; its exit code is unknown
note-exited-running = ended with exit code { $how } while running { $task }
note-replaced = ; replaced after { $time }
note-initializer = The initializer failed: { $error }
note-item-returned = { $item } was given back: it is at the front of { $queue } again
note-pipe-held = has ended, but something it started still holds its { $stream } open
note-left-out = { $count ->
    [one] One line is left out here: the window was too slow
   *[other] { $count } lines are left out here: the window was too slow
 }
note-stop = The run was asked to stop ({ $by })
note-stop-at-once = The run was told to stop at once ({ $by })
note-retried = { $task } failed, attempt { $attempt }, and will be tried again: { $error }
note-suspended = was suspended (SIGSTOP), as asked
note-stopped = was stopped by { $signal }
note-resumed = goes on (SIGCONT)
note-resized = The pool has { $count ->
    [one] one worker
   *[other] { $count } workers
 } from now on
note-signal = { $signal } was sent to it, as asked
note-refused = Not done: { $reason }

results-empty = Results appear as callbacks fire; apply returns them to main instead.
results-task = Task
results-worker = By
results-result = Result
results-arrived = Arrived
results-waited = Waited
results-ran = Ran
results-copy = Copy all results
items-copy = Copy all items
results-copy-row = Copy this result
results-cancel = Cancel { $task }
results-kill = Kill the worker that runs it

items-item = Item
items-from = Put by
items-to = Got by
items-state = State
items-in-queue = In queue
item-in-queue = in the queue
item-got = got
item-got-again = got again

processes-empty = The run's processes appear here.
processes-main = main process of the run
processes-main-at = in { $call }, line { $line }
processes-main-in = in { $call }
processes-main-runs = running
processes-main-ended = ended
processes-show = Show { $who } in Monitor
processes-kill = Kill { $who }
processes-kill-sure = Kill { $who } now (SIGKILL)
processes-suspend = Suspend { $who } (SIGSTOP)
processes-resume = Let { $who } go on (SIGCONT)
processes-size = { $count ->
    [one] Pool of one worker
   *[other] Pool of { $count } workers
 }
processes-more = One worker more
processes-fewer = One worker fewer
processes-size-fixed = The pool is closed and no task waits for a worker
processes-uses = CPU { $cpu }   Memory { $memory }
processes-used = CPU time { $cpu }   Memory at most { $peak }
processes-not-sampled = CPU and memory are read once a second: not yet
processes-unreadable = CPU or memory could not be read
processes-peak-unknown = Its peak of memory could not be known

code-here = main is here
code-empty = The program appears here.

## Form

form-kind-group = Processes
form-kind-pool = Pool
form-kind-food = Producers, consumers
form-workers = Workers
form-task = Task
form-count = Tasks
form-group = Processes
form-group-tip = How many processes the main starts, each running run(name)
form-daemons = Daemons
form-daemons-tip = How many of them end with the main instead of being waited for
form-main-seconds = Main works for
form-main-seconds-tip = Seconds that the main's own code goes on once all are started; then the daemons are ended
form-producers = Producers
form-items = Items each
form-consumers = Consumers
form-more = More
form-less = Less
form-argument-tip = { $help }. { $mark } stands for the task's number, counted from 0
form-mode = Submit with
form-mode-async-tip = All at once; results come when they are ready
form-mode-apply-tip = One after the other, each waited for
form-callbacks = Callbacks
form-callbacks-tip = Give each value, or each error, to a function in the main
form-initializer = Initializer
form-initializer-tip = Each worker announces itself once, before its first task
form-tasks-per-worker = Tasks per worker
form-tasks-per-worker-tip = A worker that has run so many is replaced by a new one (Python's maxtasksperchild)
form-timeout = Timeout
form-timeout-tip = Seconds that a task may take from when it begins; then its worker is ended and replaced. The limit of a sleeping task goes with the time scale. Python's Pool has no such thing
form-retries = Retries
form-retries-tip = How often a task that fails is tried again. Python's Pool has no such thing
form-no-limit-hint = no limit
form-maxsize = Queue's maxsize
form-maxsize-tip = A put waits while the queue holds so many items; 0 for no limit
form-sentinels = Sentinels
form-sentinels-hint = one a consumer
form-sentinels-tip = How many None the main puts at the end; empty for one a consumer
form-time-scale = Time scale
form-time-scale-tip = Built-in sleeps take so many times as long; computing cannot be sped up
form-seed = Seed
form-seed-hint = new each time
form-new-seed = New random times
form-new-seed-tip = Draw another seed
form-seed-tip = The random times follow from it; empty for new ones each time
form-problem-missing = A number is needed.
form-problem-number = { $found } is no number.
form-problem-processes = { $found }. Choose 1 to { $max } (this machine has { $cpus ->
    [one] one CPU
   *[other] { $cpus } CPUs
 }).
form-problem-range = { $found }. Choose { $min } to { $max }.
form-problem-empty = At least one is needed.
form-problem-other = This cannot run: { $what }.

lesson-start-tip = Start { $lesson }
lesson-open-tip = Open { $lesson } without starting it
lesson-look = Look in Monitor
lesson-look-tip = Show what can be known about Proclab's own process
