# Every sentence that people read, in English.

# The code of the language: it decides the plurals.
language = en

## A catalogue that cannot be used

catalogue-of = { $variable }: { $path } cannot be used as a message catalogue: { $problem }
catalogue-unreadable = it could not be read: { $reason }
catalogue-no-file = it is not a regular file
catalogue-not-ours = it must belong to you or to root, and only its owner may write to it
catalogue-too-large = it is larger than { $most } MiB
catalogue-syntax = line { $line } is not in Fluent's syntax
catalogue-no-language = it does not name its language: add a line such as `language = de`

## Places

place-monitor = Monitor
place-lab = Lab

## Commands

command-open-monitor = Watch every process of this machine
command-open-lab = Run processes, queues and pools
command-open-lesson = Open a lesson in the Lab
command-select-process = Select a process
command-show-in-monitor = Show in Monitor
command-toggle-selected = Add to or remove from the selection
command-select-to = Select a range
command-select-all = Select every process in the table
command-move-selection = Move the selection
command-extend-selection = Extend the selection
command-open-detail = Open process details
command-look-at = Switch to another tab of the details
command-close-detail = Close process details
command-step-back = Go back one step
command-copy-rows = Copy the selected rows
command-copy-text = Copy text
command-sort-by = Sort by a column
command-sort-busiest = Sort by highest use
command-sort-also-by = Add a column to the sort order
command-show-flat = Show processes as a flat list
command-show-tree = Show processes as a tree
command-show-programs = Show one row per program
command-toggle-fold = Expand or collapse a row
command-toggle-column = Show or hide a column
command-move-column = Move a column
command-reset-columns = Reset columns to default
command-set-cpu-unit = Choose what 100 % CPU means
command-set-column-width = Set the width of a column
command-set-detail-width = Set the width of the details panel
command-set-filter = Filter processes
command-focus-filter = Go to the filter
command-toggle-freeze = Freeze the view
command-look-back-to = Show an earlier moment
command-look-earlier = Show the previous moment
command-look-later = Show the next moment
command-look-at-now = Back to now
command-set-interval = Set the refresh interval
command-toggle-kernel-threads = Show or hide kernel threads
command-toggle-ended = Show or hide ended processes
command-dismiss-ended = Dismiss
command-dismiss-all-ended = Dismiss all ended processes
command-export-json = Export…
command-show-file = Show the file
command-dismiss-introduction = Do not show this again
command-set-theme = Choose a theme
command-toggle-theme = Switch between dark and light theme
command-zoom-in = Zoom in
command-zoom-out = Zoom out
command-zoom-reset = Reset zoom

## Acting on processes

act-end = End…
act-end-tip = Ask it to exit (SIGTERM), so that it can clean up first
act-kill = Kill…
act-kill-tip = End it immediately (SIGKILL): it cannot save anything
act-kill-tree = Kill with descendants…
act-kill-tree-tip = End it and all its descendants immediately (SIGKILL)
act-signal = Send a signal…
act-signal-tip = Choose a signal to send
act-suspend = Suspend
act-suspend-tip = Pause it (SIGSTOP) until it is resumed
act-resume = Resume
act-resume-tip = Let it continue (SIGCONT)
act-nice = Nice value…
act-nice-tip = Its share when CPUs are short: -20 is served first, 19 last
act-cpus = CPUs…
act-cpus-tip = Choose the CPUs it may run on
act-io = I/O priority…
act-io-tip = Its priority when the disk is busy
act-answer = Answer the dialog
act-take = Take the suggested action
act-toggle-report = Show or hide details
act-close-report = Close
act-read-only = Read-only
act-read-only-tip = Actions on processes are enabled. Click for read-only
act-no-selection = Select a process first
read-only-started = Read-only: Proclab was started with --read-only
read-only-chosen = Read-only: actions on processes are disabled. Click the lock at the left to enable them
read-only-other-namespace = Read-only: /proc belongs to another pid namespace, so the pids shown mean other processes, or none, where Proclab runs
status-read-only = read-only
status-not-saved = settings not saved
settings-not-saved-no-folder = Settings cannot be saved: neither XDG_DATA_HOME nor a home folder is set. Changes are lost when the window closes.
settings-not-saved-folder = Settings cannot be saved in { $folder }: { $reason }. Changes are lost when the window closes.
menu-targets = { $count } processes
detail-more = More
detail-more-tip = Signals, nice value, CPUs, I/O priority

refusal-ourselves = this is Proclab itself
refusal-ancestor = Proclab was started from it and might end with it
refusal-holds-us = Proclab itself is one of its descendants
refusal-first = it is the first process: all others end with it
refusal-kernel = kernel threads cannot be controlled
refusal-gone = it has already ended
refusal-not-ours = it belongs to another user
refusal-other-namespace = /proc belongs to another pid namespace: its pid means another process here, or none

ask-end = { $count ->
        [one] End { $name } { $pid }?
       *[other] End { $count } processes?
    }
ask-kill = { $count ->
        [one] Kill { $name } { $pid }?
       *[other] Kill { $count } processes?
    }
ask-kill-tree = { $count ->
        [one] Kill { $name } { $pid } and its descendants?
       *[other] Kill { $count } processes and their descendants?
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
ask-not = Left alone: { $name } { $pid }, { $reason }
ask-tree-looking = Reading its descendants…
ask-tree-empty = None of it is found, so nothing can be killed: it has ended, or the processes cannot be listed. Is /proc readable, and are files left to open?
ask-tree = { $count ->
        [one] One process, no descendants
       *[other] { $count } processes
    }
ask-left = { $count ->
        [one] Has left the tree and is left alone: { $list }
       *[other] Have left the tree and are left alone ({ $count }): { $list }
    }
ask-then-end = { $count ->
        [one] It is asked to exit (SIGTERM) and can clean up first. After 5 s Proclab reports whether it is still running.
       *[other] They are asked to exit (SIGTERM) and can clean up first. After 5 s Proclab reports which are still running.
    }
ask-then-kill = Unsaved data is lost.
ask-then-kill-children = What is not saved is lost. { $count ->
        [one] The child keeps running under another parent.
       *[other] The { $count } children keep running under another parent.
    }
ask-then-tree = All are stopped first, so that none can start another, then killed from the bottom up. Unsaved data is lost. Processes that have detached from the tree, as daemons do, are left alone.
ask-then-signal = The program decides how to handle it, except for SIGKILL and SIGSTOP, which cannot be caught.
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

priority-nice = { $count ->
        [one] Nice value of { $name } { $pid }
       *[other] Nice value of { $count } processes
    }
priority-cpus = { $count ->
        [one] CPUs of { $name } { $pid }
       *[other] CPUs of { $count } processes
    }
priority-io = { $count ->
        [one] I/O priority of { $name } { $pid }
       *[other] I/O priority of { $count } processes
    }
priority-reading = Reading the current value…
priority-now = Now { $now }
priority-apply = Apply
priority-nice-any = -20 is served first, 19 last. Changes all its threads.
priority-nice-limit = -20 is served first, 19 last. You may not go below { $lowest }: that needs root (CAP_SYS_NICE) or a higher limit (RLIMIT_NICE). Changes all its threads.
priority-nice-one-way = You cannot undo this without root: lowering a nice value needs more rights than raising it.
priority-all = All
priority-none = None
priority-cpus-count = { $chosen } of { $online } CPUs. Changes all its threads.
priority-cpus-none = Choose at least one CPU.
priority-word-none = by nice value
ioclass-none = none
ioclass-real-time = realtime
ioclass-best-effort = best-effort
ioclass-idle = idle
priority-io-none = By nice value
priority-io-best-effort = Best effort, by level
priority-io-idle = Idle: only when no other process uses the disk
priority-io-real-time = Real time: before all others
priority-io-needs-root = Needs root (CAP_SYS_NICE): it can starve all other processes
priority-io-level = Level, 0 is served first
priority-io-note = Only some disk schedulers (BFQ, mq-deadline) respect it. Changes all its threads.

report-line = { $name } { $pid }: { $outcome }
report-title = { $title }: { $counts }
report-more = Details
report-less = Counts only
report-ms = { $ms } ms
report-seconds = { $seconds } s
outcome-asked = asked, not ended yet
outcome-suspended = suspended
outcome-resumed = resumed
outcome-sent = { $signal } sent
outcome-ended = ended after { $after }
outcome-still = still running after { $after }
outcome-still-disk = still running after { $after }: it waits inside the kernel, usually for a disk, and ends when the wait is over
outcome-still-stopped = still there after { $after }: it is stopped and gets the signal when it resumes
outcome-gone = had already ended
outcome-reused = had already ended; another process has its pid now and was left alone
outcome-denied = refused by the kernel: run Proclab as root
outcome-denied-owner = belongs to { $owner }: run Proclab as root
outcome-nice = nice value { $now }, was { $before }
outcome-cpus = CPUs { $now }, was { $before }
outcome-io = I/O priority { $now }, was { $before }
outcome-changed-partly = { $now }, was { $before }; { $refused } of { $threads } threads refused
outcome-restored = restored
outcome-busy = not sent: too many requests are waiting
outcome-failed = failed: { $reason }
count-waiting = { $count } asked
count-sent = { $count } sent
count-ended = { $count } ended
count-still = { $count } still running
count-gone = { $count } already ended
count-denied = { $count } denied
count-refused = { $count } left alone
count-changed = { $count } changed
count-restored = { $count } restored
count-failed = { $count } failed
offer-kill = Kill
offer-resume = Resume
offer-undo = Undo
offer-copy = Copy “{ $command }”

signal-hup = terminal closed; many daemons reload their settings
signal-int = interrupt, as Ctrl+C
signal-quit = quit, as Ctrl+\, with a core dump
signal-ill = illegal instruction
signal-trap = breakpoint
signal-abrt = abort, with a core dump
signal-bus = bad memory access
signal-fpe = arithmetic error
signal-kill = kill, cannot be caught
signal-usr1 = up to the program
signal-segv = bad memory access
signal-usr2 = up to the program
signal-pipe = write to a pipe without reader
signal-alrm = timer
signal-term = request to exit
signal-stkflt = unused
signal-chld = a child ended
signal-cont = continue
signal-stop = stop, cannot be caught
signal-tstp = stop, as Ctrl+Z
signal-ttin = terminal input from the background
signal-ttou = terminal output from the background
signal-urg = urgent data
signal-xcpu = CPU time limit exceeded
signal-xfsz = file size limit exceeded
signal-vtalrm = timer of the process’s CPU time
signal-prof = profiling timer
signal-winch = window size changed
signal-io = input or output is ready
signal-pwr = power failure
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

unread-denied = Not readable: belongs to another user. Run Proclab as root to see it.
unread-denied-owner = Not readable: belongs to { $owner }. Run Proclab as root to see it.
unread-denied-root = Not readable: the kernel denies it even to root.
unread-gone = The process has ended.
unread-zombie = The process has ended; this was freed with its memory.
unread-not-applicable = Does not apply.
unread-unsupported = Not available on this system.
unread-no-descriptors = Not readable now: too many files are open.
unread-other-namespace = Not known: /proc belongs to another pid namespace, so the system does not know this pid.
unread-not-sampled = Not known yet: it takes two samples.

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
statehelp-running = It is running or waiting for a free CPU
statehelp-active = Its first thread sleeps; other threads have used CPU since the last sample
statehelp-sleeping = It waits for something: input, a timer, another process
statehelp-disk-sleep = It waits inside the kernel, usually for a disk, or for a child to run its program; signals wait, too
statehelp-stopped = It was stopped (SIGSTOP, Ctrl+Z); SIGCONT resumes it
statehelp-tracing-stop = A debugger has stopped it
statehelp-zombie = It has ended; its exit code is kept until its parent collects it
statehelp-dead = It is being removed
statehelp-waking = It is about to run
statehelp-idle = A kernel thread with nothing to do
statehelp-parked = A kernel thread parked because its CPU is offline
ended-exit = ended { $code }
ended-signal = ended { $code } ({ $signal })
ended-unknown = ended ? ({ $reason })
ended-mark = ended ?
ended-unheard-denied = needs root
ended-unheard-unsupported = not available here
ended-unheard-not-sampled = not observed
ended-help-well = It exited and reported success (exit code 0)
ended-help-failed = It exited with exit code { $code }
ended-help-signal = { $signal } ended it; parents see this as { $code }
ended-help-denied = It has ended. The kernel reports its exit code only to root
ended-help-unsupported = It has ended. This system does not report its exit code
ended-help-not-sampled = It has ended. Its exit code was not received: listening began later, or the event was lost
ended-cpu-tip = CPU use over its life: { $cpu } of CPU time in { $span }
ended-cpu-least = CPU use over its life: { $cpu } of CPU time in { $span }, as far as it was seen
ended-cpu-unknown = It lived for { $span }, between two samples: how much CPU time it used is not known
ended-started = { $started }, { $span }
ended-started-tip = When it started and how long it lived
ended-peak = peak { $memory }
ended-peak-tip = The most memory seen in a sample; it may have used more in between
ended-peak-unknown = It lived between two samples: how much memory it used is not known
ended-lived = lived { $span }
ended-dismiss-one = Dismiss { $name } { $pid }
ended-field-exit = Exit
ended-field-started = Started
ended-field-lifetime = Lived
ended-field-cpu = CPU time
ended-field-peak = Peak memory
ended-field-command = Command
statehelp-ended = It has ended; the figures are the last ones seen
statehelp-unknown = The kernel names a state that Proclab does not know

## Columns of the process table

column-name = Name
column-name-help = The name the process gives itself.
column-pid = PID
column-pid-help = The process id.
column-user = User
column-user-help = The real user, who started it.
column-state = State
column-state-help = What the process is doing now.
column-cpu = CPU %
column-cpu-unit = 1 core
column-cpu-unit-machine = machine
column-cpu-help = CPU use since the last sample, in percent of one core: four busy threads are 400.
column-cpu-help-machine = CPU use since the last sample, in percent of all cores together.
column-memory = Memory
column-memory-help = Resident memory (RSS), shared pages included; 1 MB is 1,048,576 bytes.
column-threads = Threads
column-threads-help = Number of threads, the first one included.
column-started = Started
column-started-help = When the process started.
column-parent = Parent
column-parent-help = The process that started it, or the one that adopted it.
column-cmdline = Command line
column-cmdline-help = The arguments it was started with.
column-user-time = User time
column-user-time-help = CPU time in its own code, minutes:seconds.
column-system-time = System time
column-system-time-help = CPU time in the kernel on its behalf, minutes:seconds.
column-nice = Nice
column-nice-help = -20 is favoured by the scheduler, 19 comes last.
column-vms = Virtual
column-vms-help = Virtual memory: what is mapped, used or not.
column-terminal = Terminal
column-terminal-help = The controlling terminal.
column-exe = Executable
column-exe-help = Path of the program.
column-io-read = Read
column-io-read-unit = per second
column-io-read-help = Read from disk by the process itself since the last sample. Reads from the page cache and by children do not count.
column-io-write = Written
column-io-write-unit = per second
column-io-write-help = Written by the process itself since the last sample: to the page cache, which reaches the disk later, or directly. Writes by children do not count.
column-num-fds = Files
column-num-fds-help = Open descriptors of every kind: files, sockets, pipes.
column-run-queue = CPU wait %
column-run-queue-unit = of the time
column-run-queue-help = How much of the time since the last sample its first thread was ready to run but had no CPU.
column-major-faults = Major faults
column-major-faults-help = How often it had to wait for a page of its memory to come from disk.
column-priority = Priority
column-priority-help = The kernel's priority: smaller comes first, below 0 is real time.
column-policy = Policy
column-policy-help = Its scheduling policy: other is the usual one, fifo and rr are real time, batch and idle come last.
column-wait-channel = Waits in
column-wait-channel-help = The kernel function in which its first thread waits.
column-oom-score = OOM score
column-oom-score-help = When memory runs out, the process with the highest score is ended first.
column-cgroup = Control group
column-cgroup-help = The group of processes whose CPU and memory are limited and counted together.
column-ports = Ports
column-ports-help = The TCP and UDP ports on which it listens.

## Monitor

monitor-first = Reading the processes of this machine…
monitor-filter = Filter processes
monitor-filter-hint = Filter: name  user:ana  cpu>10  mem>200M
monitor-filter-tip = Words match name, user and command line; the question mark explains the rest
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
table-above-tip = The selected row keeps its place while others move above it. Click to go to the top and stay there
monitor-flat = Flat
monitor-flat-tip = Every process in a row of its own
monitor-tree = Tree
monitor-tree-tip = Children below their parents; a collapsed row shows the totals of its branch
monitor-programs = By program
monitor-programs-tip = One row per program, with the totals of its processes
total-exact = Total of { $count } processes.
total-at-least = Total of { $count } processes; some are not known, so the total is this or more.
total-at-most = The resident memory of { $count } processes. Shared pages are counted once for each, so the total is this or less.
total-about = The resident memory of { $count } processes. Shared pages are counted once for each, and some processes are not known: this is a rough figure.
total-unknown = Not known for any of these { $count } processes.

filter-unknown-key = No key “{ $key }”. Keys: { $keys }
filter-unknown-state = No state “{ $value }”. States: { $states }, or a letter such as D
filter-wrong-regex = “/{ $pattern }/” is not a regular expression: { $reason }
filter-wrong-operator = “{ $term }” cannot be used: write { $example }
filter-no-value = “{ $term }” needs a value: write { $example }
filter-no-number = “{ $value }” is not a number for { $key }: write { $example }
filter-no-port = There is no port “{ $value }”: write a number from 1 to 65535
filter-open-quote = The closing quotation mark is missing
filter-lone-not = “!” needs a term after it
filter-lone-or = “|” needs a term on both sides
filter-kept = Last valid filter shown
filter-kept-of = The rows are still those of “{ $filter }”.
filter-kept-all = The rows are still those without a filter.

filterhelp-title = All terms must match. Click one to add it.
filterhelp-word = in name, user or command line, or the beginning of a pid
filterhelp-quoted = with its spaces; also a word that would be a key
filterhelp-regex = a regular expression, case ignored; also name:/…/
filterhelp-name = in the name
filterhelp-cmd = in the command line
filterhelp-user = real user whose name begins so, or with that number
filterhelp-state = running sleeping disk-sleep stopped zombie idle …
filterhelp-letter = the kernel’s letter: R S D T Z I
filterhelp-pid = exactly that process; > and < work too
filterhelp-ppid = the children of that process
filterhelp-tree = that process and all its descendants
filterhelp-cpu = more than 10 % of one core
filterhelp-mem = more than 200 MB resident; K M G T are powers of 1,024
filterhelp-threads = more than 8 threads
filterhelp-port = with a socket at that port, on either side
filterhelp-cgroup = in the path of the control group
filterhelp-files = more than 1,000 open descriptors
filterhelp-read = more than 1 MB a second from disk
filterhelp-write = more than 1 MB a second to the page cache or disk
filterhelp-and = both
filterhelp-or = one or the other; binds less tightly than a space
filterhelp-not = not that

introduction-text = New here?
introduction-link = See a process pool at work (5 s)
introduction-dismiss = Do not show this again

## The machine

machine-cpu = CPU
machine-cpu-tip = CPU use of all cores together; the curve shows the last two minutes, with gaps where nothing was known. Click: sort by it
machine-cpu-group = Proclab’s own control group (its container) may use { $cpus } CPUs.
machine-cores = { $count ->
        [one] 1 core
       *[other] { $count } cores
    }
machine-memory = Memory
machine-memory-tip = Memory that is not available to programs without swapping; the curve shows the last two minutes. Click: sort by it
machine-memory-group = Proclab’s own control group (its container) may use { $most } and uses { $used }.
machine-of = of { $total }
machine-readout =
    { $ago }
    CPU { $cpu }
    Memory { $memory }
readout-unknown =
    { $ago }
    No sample at this moment.
ago-now = now
ago-seconds = { $seconds } s ago
ago-minutes = { $minutes } min ago
ago-minutes-seconds = { $minutes } min { $seconds } s ago
machine-taken-cores = { $cores } cores
machine-top = { $note } · { $program } { $amount }
machine-disk = Disk
machine-rate = { $bytes }/s
machine-disk-note = { $read } read · { $written } written
machine-disk-tip = Traffic to and from all disks, per second; when it is high, also the busiest program. Programs write to the page cache first, so a program may write a lot while the disk is quiet, and vice versa. Click: sort by it
machine-waiting = Waiting
machine-waiting-shares = CPU { $cpu } · memory { $memory } · disk { $disk } %
machine-waiting-tip =
    Share of the last ten seconds in which a process waited for CPU, memory or disk.
    Load average over 1, 5 and 15 minutes: { $load }
short-nothing = No shortage
short-brief = Brief waits only
short-unknown = Shortages are not available on this system
short-cpu = Waiting for a CPU ({ $share } %)
short-cpu-who = Waiting for a CPU ({ $share } %): { $program } takes { $amount }
short-memory = Waiting for memory ({ $share } %)
short-memory-who = Waiting for memory ({ $share } %): { $program } takes { $amount }
short-disk = Waiting on disk ({ $share } %)
short-disk-doing = Waiting on disk ({ $share } %): { $doing }
disk-reads = { $program } reads { $bytes }/s
disk-writes = { $program } writes { $bytes }/s to cache
short-disk-who = Waiting on disk ({ $share } %): { $program } is blocked

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
status-kernel-tip = Show or hide kernel threads
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
heard-on = The kernel reports process starts and ends: exit codes and processes that live between two samples are known.
heard-off = No events received yet: only what the samples show is known.
heard-denied = Only what the samples show is known: before Linux 6.6 the kernel reports process starts and ends only to root.
heard-network-namespace = Only what the samples show is known: this container's network namespace hides the kernel's reports of process starts and ends.
heard-pid-namespace = Only what the samples show is known: this container has its own pids, and the kernel reports those of the machine.
heard-no-descriptors = Only what the samples show is known: too many files are open to listen for process starts and ends.
heard-unsupported = Only what the samples show is known: this system does not report process starts and ends.
status-filtered = { $count } hidden by the filter
status-limited = Not all processes are visible
status-blind = Sampling has stopped. Restart Proclab.
status-freeze = Freeze
status-frozen = Frozen
status-freeze-tip = Freeze this moment and look back from it; recording continues
status-cost = Own { $percent } %
status-cost-tip = CPU use of this window: { $percent } % of one core since the last sample, all threads and drawing included. Reading the processes takes { $looking } % of it, { $ms } ms for the whole table
status-cost-looking = Sampling { $percent } %
status-cost-looking-tip = CPU use of reading the processes: { $looking } % of one core since the last sample, { $ms } ms of CPU for the whole table. Drawing is not counted: this window is not among the processes it can see
status-slowed = Slowed to { $seconds } s
status-slowed-tip = Reading all processes at the chosen interval would take more than a fifth of one core, so they are read less often
status-every = every { $seconds } s
status-every-tip = How often the machine is sampled
status-history = history { $span }
status-history-tip = How far back you can look, minutes:seconds
looking-at = Showing { $time }, { $ago }
looking-timeline = Moment shown
looking-tip = Drag, or step with { $earlier } and { $later }; Esc returns to now
status-held = Order held
status-held-tip = Rows keep their places while the pointer moves over the table or a button is down
limited-title = Limited view
limited-hidepid = /proc is mounted with hidepid: the kernel hides other users' processes, completely or all but their names. Root sees all.
limited-other-namespace = /proc belongs to another pid namespace: the pids shown are not valid for system calls here. Actions are disabled, and CPUs and I/O priority are not known.
limited-no-descriptors = Too many files are open, in Proclab or on the machine, to read every process. A higher limit (ulimit -n) helps.
limited-namespace = Proclab runs in a container, or another pid namespace: only the processes in it are visible, not all of the machine.
limited-proc = The processes in /proc cannot be listed. Is /proc mounted and readable?
limited-dismiss = Hide this line; the status bar keeps showing it
command-dismiss-limits = Hide the reason for the limited view

## Detail of a process

detail-overview = Overview
detail-threads = Threads
detail-files = Files
detail-network = Network
detail-environment = Environ
detail-why = Why
detail-limits = Limits
detail-reading = Reading…
detail-gone = It ended before its details were read.
detail-ended = has ended
detail-parent = parent
detail-parent-tip = Show the parent
detail-copy-pid = Click to copy the PID
detail-copy = Click to copy
detail-close = Close process details
detail-cpu = CPU
detail-cpu-now = { $percent } % of 1 core
detail-cpu-tip = CPU use of the last ten minutes, as far as recorded; 100 % is one core, gaps are times without samples
detail-io = Read and written
detail-io-read = { $rate }/s read
detail-io-write = { $rate }/s written
detail-io-tip = Reads from disk, and writes to the page cache or directly to disk, for up to ten minutes. Reads from the page cache and traffic of children do not count. Recorded only while this panel is open, the disk is busy, or a column, the sort order or the filter uses it
detail-io-since = Recorded since { $time }, when this was first opened
detail-memory-tip = Private and shared memory in RAM, for up to ten minutes, as far as recorded
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
detail-environment-note = Values that look like secrets are hidden; click one to show it.
detail-filter = Filter this list
detail-shown = { $shown } of { $all }
detail-no-match = Nothing here matches { $filter }.
detail-copy-all = Copy all rows
detail-sort-tip = Click to sort
detail-network-ours = Network namespace { $number }, the same as Proclab's.
detail-network-other = Network namespace { $number }, different from Proclab's: its addresses and ports are separate.
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
field-exe-deleted-words = deleted or replaced since it started
field-cwd = Working folder
field-cwd-deleted = Its folder
field-cwd-deleted-words = deleted since
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
field-memory-high = Throttled above
field-group-tasks = Group's tasks
field-oom-kills = OOM kills
detail-group-limits = Limits
detail-group-group = Control group
detail-group-turns = Scheduling
limit-of = { $used } of { $most }
limit-unlimited = no limit
limit-hard = It may raise this limit to { $hard }.
limit-hard-none = It may raise this limit without bound.
limit-warning = { $percent } % used
limit-not-counted = The kernel does not report how much of it is used.
limit-threads-of-user = Threads of all processes of its user are counted together.
quota-cpus = { $cpus } CPUs
quota-none = no quota
throttled-now = { $percent } % of its periods, { $seconds } s in total
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
why-weight-held = Delayed
why-weight-notice = Worth knowing
why-weight-normal = Normal
why-weight-unknown = Unknown
why-ended = It has ended. The findings below are from before.
why-zombie = It has ended, and its parent { $parent } has not collected its exit code.
why-zombie-orphan = It has ended, and its exit code has not been collected.
why-zombie-fact = Its state is Z: only its entry is left; it uses no memory and no CPU.
why-zombie-do = It goes away when its parent collects it or ends; it cannot be killed again.
why-first-thread = Its first thread has ended; others are still running.
why-first-thread-fact = State, priority and waits are those of the first thread that is left.
why-stopped = A signal has stopped it: SIGSTOP, or one like Ctrl+Z.
why-stopped-fact = Its state is T.
why-stopped-do = SIGCONT resumes it; so do fg and bg in its shell.
why-traced-stop = { $tracer } traces it and has stopped it.
why-traced-stop-unknown = Its tracer has stopped it.
why-traced-stop-fact = Its state is t.
why-traced-stop-do = It continues when the tracer resumes it or ends.
why-traced = { $tracer } traces it, which slows down its system calls.
why-frozen = Its control group is frozen.
why-frozen-fact = No process in the group runs.
why-frozen-do = What froze the group (a paused container, a suspended session) has to thaw it.
why-disk-sleep = It waits { $wait }, where signals do not reach it.
why-disk-sleep-unknown = It waits for the kernel, where signals do not reach it.
why-disk-sleep-do = It may be that not even SIGKILL ends it until the wait is over. Look at the disk or the server that it waits for.
why-awaits-program = It waits for a child that it has started (vfork) to run its program or to end.
why-awaits-program-do = Until then only SIGKILL reaches it. Look at its child, which has not run its program yet.
why-io-pressure = Some process waited for disks { $percent } % of the last ten seconds.
why-io-pressure-group = Its control group waited for disks { $percent } % of the last ten seconds.
why-throttled = Its control group uses its quota up { $percent } % of the time: { $cpus } CPUs.
why-throttled-fact = The group { $group } has been throttled for { $seconds } s so far.
why-throttled-do = Raise the group's quota, or start fewer threads in it.
why-group-fact = Set by the group { $group }.
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
why-cpu-wait-do = End or slow down the processes that use the CPUs; sort the table by CPU % to find them.
why-low = Others come first when CPUs are short.
why-low-idle = Its policy is SCHED_IDLE: it runs only when no other process wants to.
why-low-do = A lower nice value gives it more; lowering it needs root.
why-memory-max = Its control group uses { $used } of { $most }: at the limit the kernel kills.
why-memory-high = Its control group uses { $used }, more than { $most }: the kernel slows it down.
why-memory-max-do = Raise the group's limit, or make its programs use less.
why-oom = { $count ->
    [one] A process of its control group was killed because memory ran out.
   *[other] { $count } processes of its control group were killed because memory ran out.
}
why-oom-fact = Counted since the group was created.
why-swapped = Its memory is mostly swapped out: { $swap }, with { $rss } in RAM.
why-swapped-do = Free memory: swapped-out pages have to be read from disk before they are used.
why-paging = It reads pages of its memory from disk { $faults } times a second.
why-memory-short = The machine is short of memory.
why-memory-short-fact = Some process waited for memory { $percent } % of the last ten seconds.
why-files = It has { $used } descriptors open and may have { $most }.
why-files-do = Beyond that it cannot open files or sockets. The Files tab lists them; prlimit can raise its limit.
why-tasks = Its control group has { $used } processes and threads and may have { $most }.
why-tasks-do = Beyond that it cannot start any. Raise the group's limit.
why-signals-held = Sent, but blocked: { $signals }.
why-signals-held-do = They are delivered when it unblocks them or resumes. SIGKILL is always delivered.
why-term-ignored = It ignores SIGTERM.
why-term-ignored-do = A request to exit has no effect; SIGKILL ends it.
why-running = It runs: { $percent } % of one core.
why-running-unknown = It runs.
why-other-moment = Its state changes often: it was { $table } when the table was read and { $state } when this page was read.
why-waiting = It waits { $wait }.
why-waiting-first = Its first thread waits { $wait }.
why-waiting-unknown = It sleeps until an event arrives.
why-function = It sleeps in { $function }.
why-function-unknown = The kernel function is not known.
why-at = At { $file }.
why-awaits-child = { $count ->
    [one] The child it waits for is { $processes }.
   *[other] The children it waits for are { $processes }.
}
why-awaits-writer = { $processes } can write to the pipe.
why-awaits-reader = { $processes } can read from the pipe.
why-awaits-peer = The other end of the socket is open in { $processes }.
why-awaits-holder = { $processes } holds the lock.
why-awaits-more = { $processes } and { $count } more
why-awaits-no-child = It has no child that is still running.
why-awaits-none = No process has the other end open.
why-awaits-unseen = No process that can be looked into has the other end open.
why-awaits-not-all = Not all processes could be looked into.
why-unknown = Unknown: { $facts }.
wait-child = for a child to end
wait-program = for a child to run its program
wait-pipe-input = for input from a pipe
wait-pipe-room = for room in a pipe
wait-pipe-partner = for the other end of a named pipe
wait-timer = for a timer
wait-events = for events on its files and sockets
wait-thread = for another thread
wait-socket-input = for input from a socket
wait-socket-room = for room at a socket
wait-connection = for a client to connect
wait-answer = for its connection to be accepted
wait-terminal = for input from a terminal
wait-signal = for a signal
wait-disk = for a disk
wait-writeback = for written pages to reach the disk
wait-file-server = for a file server
wait-file-program = for a program that serves files
wait-file-lock = for a lock on a file
wait-memory = for memory that the kernel frees
wait-kernel-lock = for a kernel lock
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
menu-copy-kill-gone = It has ended: its pid may belong to another process by now
menu-show-parent = Show parent
menu-filter-tree = Only this process and its descendants
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
export-note-past = As it was at { $time }. Only the usual fields are known for a past moment.
export-note = As read at { $time }, with the fields that `proclab snapshot` writes.
export-note-nothing = No field is picked: pick at least one.
export-note-rates = I/O rates are included if a column, the sort order or the filter used them.
export-note-picked = As read at { $time }.
export-note-reading = Processes and figures as read at { $time }; the rest is read now, one process after the other.
export-format = Format
export-json = JSON
export-json-tip = One document, indented, with the machine's own figures
export-ndjson = NDJSON
export-ndjson-tip = One JSON object per line and process
export-csv = CSV
export-csv-tip = For a spreadsheet: column names give the units
export-fields = Fields
export-fields-table = Usual
export-fields-table-tip = What is already known of every process
export-fields-all = Everything
export-fields-all-tip = Files, connections, threads, detailed memory, limits and more: takes a few milliseconds per process
export-fields-pick = Pick
export-fields-pick-tip = Choose single fields, as with `proclab snapshot --fields`; your choice is remembered
export-pick-find = Find a field
export-pick-count = { $count } of { $all }
export-pick-all = All
export-pick-none = None
export-pick-none-found = No field matches.
export-environ = Environment
export-environ-omit = Left out
export-environ-omit-tip = No variables at all
export-environ-redact = Secrets hidden
export-environ-redact-tip = Values that look like passwords, tokens and keys are hidden; only you can read the file
export-environ-show = All shown
export-environ-show-tip = Includes every password and token; only you can read the file
export-cells = Cells
export-cells-exact = Exact
export-cells-exact-tip = Text exactly as read
export-cells-safe = No formulas
export-cells-safe-tip = Puts a ' before text that a spreadsheet would treat as a formula, as --safe-csv does
export-keys = Names of fields
export-keys-en = English
export-keys-en-tip = pid, name, exe … as psutil has them
export-keys-zh = Chinese
export-keys-zh-tip = The labels of the tutorial
export-path = File
export-browse = Browse…
export-browse-tip = Choose with the desktop's file dialog
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
export-no-permission = permission denied
export-disk-full = the disk is full
export-read-only = the disk is read-only
export-not-a-folder = a part of it is a file, not a folder
export-writing = Writing { $written } of { $count }…
export-replace = Replace the file
export-is-there = { $path } already exists. Replace it?
export-stopping = Stopping… Cancel again to stop waiting for it.
export-broken-down = Writing failed because of a bug in Proclab: no file was written.
export-stopped = Stopped. Nothing was written.
export-stopped-within = Stopped. A part may have been written to { $path }.
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
exported-memory-full-info = unshared and proportional memory, swap and huge pages
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
monitor-compare-tip = Show what is new, gone, grown or changed since a moment or a file
compare-remember = Remember this moment
compare-with-moment = Compare with the remembered moment
compare-with-time = Compare with { $time }
compare-with-a-file = Compare with a file…
compare-again = Refresh
compare-again-tip = Compare with the machine as it is now
compare-close = Close the comparison
compare-remembered = Remembered this moment, { $time }.
compare-offer = Compare with it now
compare-since = { $time } to { $now }: { $seconds }
compare-with-file = { $file }, { $time } to { $now }: { $seconds }
compare-with-cut-file = { $file }, { $time } to { $now }: { $seconds }; the file is cut off; its complete part was used
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
compare-note = A JSON or NDJSON file exported here, or written by `proclab snapshot` or `proclab watch`, since this machine was booted.
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
compare-nothing = No process has changed.
compare-no-match = Nothing here. See the other tabs, or clear the filter.
compare-unreadable = Could not read { $path }: { $more }
compare-empty = { $path } is empty
compare-cut = { $path } is cut off. Export it again.
compare-no-json = { $path } is not JSON (line { $more }). Only JSON and NDJSON can be compared, not CSV.
compare-foreign = { $path } is JSON, but was not exported by Proclab
compare-other-schema = { $path } is another kind of Proclab file or from a newer version: { $more }
compare-damaged = { $path } is damaged (line { $more })
compare-other-host = The file is from the machine { $before }, this is { $after }: they have no processes in common.
compare-other-namespace = One of the two was taken in a container: its pids are not those of the machine, so they cannot be compared.
compare-other-boot = { $host } was rebooted since then: no process is left to compare.
compare-no-time = The file does not say when it was written ({ $time }): it is damaged.
compare-no-source = The machine could not be read: { $reason }

## Lab

lab-empty = Each process of the run gets a lane here. Start (Ctrl+Enter).
lab-status = No run yet
lab-status-others = Not run yet. Choose earlier runs in the list at the upper left
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
lab-start-tip = Start this run with real processes
lab-start-is-live = A run is in progress. Stop it first, or press Ctrl+Enter to stop it and start this one
lab-stop = Stop
lab-stop-tip = Ask the run to stop
lab-stop-none = No run is in progress
lab-stopping = stopping
lab-stop-at-once = Stop now
lab-stop-at-once-tip = Kill the run's processes immediately
lab-choose-lesson = Choose a lesson
lab-choose-form = Choose your own run
lab-choose-tip = Choose a lesson or your own run
lab-form-title = Your own run
lab-ask = Send a request to the run
lab-select = Select
lab-preview = Highlight what is under the pointer
lab-follow = Follow
lab-fit = Whole run
lab-fit-tip = Show the whole run and follow it (F, double click)
lab-reveal = Reveal the answer
lab-question-close = Close the question
lab-cannot-start = The run cannot start: see the marked fields of the form.
lab-not-asked = The run no longer accepts requests: nothing was done.
lab-live = LIVE
lab-ended-ok = done
lab-ended-failed = done, with failures
lab-ended-interrupted = stopped
lab-ended-unknown = cut off
lab-ended-other = ended (newer version)
lab-show-run = Show an earlier run
lab-run = Run { $number }
lab-run-other = Run { $number }: { $name }
lab-code-of = Program of run { $number }: { $name }
lab-run-tip = The last runs of this window are kept: see the list at the left
lab-run-entry = Run { $number }: { $name }, { $how } { $time }
lab-run-pool = own pool
lab-run-processes = own processes
lab-run-food = own producers and consumers
lab-run-later = a run of a later version ({ $kind })
lab-run-unknown = own run
lab-clock-live-tip = Time since the start of main
lab-clock-tip = Time from the start of main until its code and its last child process have ended. Proclab then took { $time } to look for processes left over
lab-clock-cut-off-tip = Time of the last event that was received
lab-seed = Seed { $seed }
lab-seed-tip = Determines the random times: the same seed gives the same run
lab-main-gone = The run's main process ended without a result: { $what }
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
lab-status-cut-short = Stopped before all events were received
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
 } will wait forever
lane-sentinels-few-known = main expects { $consumers ->
    [one] one sentinel
   *[other] { $consumers } sentinels
 }, { $put ->
    [0] none was put
    [one] 1 was put
   *[other] { $put } were put
 }: { $who } will wait forever
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
state-unknown = no longer known

outcome-ok = ok
outcome-error = error
outcome-worker-died = worker died
outcome-timed-out = timed out
outcome-cancelled = cancelled
outcome-other = ended in a way this version does not know
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
card-peak = peak memory { $size }
card-pipe-leaked = A process it started still holds its output open
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
log-tabs = Choose which log is shown
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
log-dropped-tip = { $stream } dropped because this window was too slow, { $here } because only the latest lines are kept
log-none-found = No line contains { $text }.
log-empty = What the processes print appears here.
log-empty-of = { $who } has printed nothing yet.
log-continued = {" "}…
log-partial = {" "}(unfinished)
log-read-late-task = {" "}(read { $time } after the end of { $task })
log-read-late = {" "}(read { $time } after the end of the process)
log-go-to = First line: { $time }
log-go-to-tip = Scroll to the first line of the selection; the log stops following
log-stdout = out
log-stderr = err
log-other-stream = ?
log-note = note
log-error = error

note-killed = was killed ({ $how })
note-killed-running = was killed ({ $how }) while running { $task }
note-ended = was ended by { $how }
note-ended-running = was ended by { $how } while running { $task }
note-exited = ended with exit code { $how }
note-exited-unknown = ended; its exit code is unknown
note-exited-running = ended with exit code { $how } while running { $task }
note-replaced = ; replaced after { $time }
note-initializer = The initializer failed: { $error }
note-item-returned = { $item } was returned to the front of { $queue }
note-pipe-held = has ended, but a process it started still holds its { $stream } open
note-left-out = { $count ->
    [one] One line was dropped here: the window was too slow
   *[other] { $count } lines were dropped here: the window was too slow
 }
note-stop = The run was asked to stop ({ $by })
note-stop-at-once = The run was asked to stop immediately ({ $by })
note-retried = { $task } failed on attempt { $attempt } and will be retried: { $error }
note-suspended = was suspended (SIGSTOP) on request
note-stopped = was stopped by { $signal }
note-resumed = was resumed (SIGCONT)
note-resized = The pool has { $count ->
    [one] one worker
   *[other] { $count } workers
 } from now on
note-signal = { $signal } was sent to it on request
note-refused = Not done: { $reason }

results-empty = Results appear as callbacks run; apply returns them to main instead.
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
processes-resume = Resume { $who } (SIGCONT)
processes-size = { $count ->
    [one] Pool of one worker
   *[other] Pool of { $count } workers
 }
processes-more = Add a worker
processes-fewer = Remove a worker
processes-size-fixed = The pool is closed and no task waits for a worker
processes-uses = CPU { $cpu }   Memory { $memory }
processes-used = CPU time { $cpu }   Peak memory { $peak }
processes-not-sampled = CPU and memory not read yet (once a second)
processes-unreadable = CPU or memory could not be read
processes-peak-unknown = Its peak memory is not known

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
form-group-tip = Number of processes that main starts, each running run(name)
form-daemons = Daemons
form-daemons-tip = Number of them that end with main instead of being waited for
form-main-seconds = Main runs for
form-main-seconds-tip = Seconds that main's own code runs after all processes are started; then the daemons are ended
form-producers = Producers
form-items = Items each
form-consumers = Consumers
form-more = More
form-less = Less
form-argument-tip = { $help }. { $mark } is the task's number, counted from 0
form-mode = Submit with
form-mode-async-tip = All at once; results arrive when they are ready
form-mode-apply-tip = One after the other, waiting for each
form-callbacks = Callbacks
form-callbacks-tip = Pass each value or error to a function in main
form-initializer = Initializer
form-initializer-tip = Each worker announces itself once, before its first task
form-tasks-per-worker = Tasks per worker
form-tasks-per-worker-tip = Maximum number of tasks per worker; then it is replaced by a new one (Python's maxtasksperchild)
form-timeout = Timeout
form-timeout-tip = Maximum seconds per task, from its start; then its worker is ended and replaced. For sleeping tasks the limit follows the time scale. Python's Pool has no equivalent
form-retries = Retries
form-retries-tip = How often a failed task is retried. Python's Pool has no equivalent
form-no-limit-hint = no limit
form-maxsize = Queue's maxsize
form-maxsize-tip = Maximum number of items in the queue: put waits while it is full; 0 for no limit
form-sentinels = Sentinels
form-sentinels-hint = one per consumer
form-sentinels-tip = Number of None that main puts at the end; empty for one per consumer
form-time-scale = Time scale
form-time-scale-tip = Factor for the length of built-in sleeps; computation is not affected
form-seed = Seed
form-seed-hint = new each time
form-new-seed = New random times
form-new-seed-tip = Draw another seed
form-seed-tip = Determines the random times; empty for new ones each time
form-problem-missing = A number is needed.
form-problem-number = { $found } is not a number.
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
lesson-look-tip = Show all that is known about Proclab's own process

## Tasks and their parameters

task-announce = prints a text, once in each worker when used as its initializer
task-announce-text = what to print
task-consumer = gets items out of a queue and eats each for 1 to 3 seconds at random, until it gets None
task-consumer-queue = the queue to get from
task-count-primes = counts the primes below n by trial division, keeping one CPU busy
task-count-primes-n = count the primes below this number
task-crash = sleeps, then kills its own worker (SIGKILL)
task-fail = sleeps, then raises ValueError
task-nap = sleeps, then returns its name
task-nap-key = what to call it in the log
task-nap-seconds = how long to sleep
task-parent = starts a process of its own that executes run, and joins it; a daemon is refused
task-parent-name = what to call it in the log
task-producer = puts items into a queue, 1 to 3 seconds apart at random
task-producer-name = the producer's name, and its items' first part
task-producer-queue = the queue to put into
task-producer-count = how many items
task-run = says that it runs, sleeps 1 to 4 seconds at random, says that it ends
task-run-name = what to call it in the log
task-sha256-file = reads a file and returns its SHA-256 in hexadecimal
task-sha256-file-path = the file to read
task-work = sleeps 1 to 4 seconds at random, then returns n squared
task-work-key = what to call it in the log
task-work-n = the number to square

value-none = None
value-boolean = a boolean
value-integer = a whole number
value-number = a number
value-text = text
value-bytes = bytes
value-list = a list
value-dictionary = a dictionary
value-queue = a queue
parameter-text = text
parameter-integer = a whole number
parameter-integer-from = a whole number from { $min }
parameter-integer-range = a whole number from { $min } to { $max }
parameter-path = the path of a file
parameter-queue = a queue such as { $example }

bind-too-many = { $task }() takes { $takes } argument(s) ({ $names }), but { $given } were given
bind-missing = { $task }() is missing the argument '{ $name }': { $description }
bind-unknown = { $task }() has no argument '{ $name }'; it has { $names }
bind-twice = { $task }() got '{ $name }' twice, by position and by keyword
bind-type = { $task }(): '{ $name }' must be { $description }, not { $got }

## What is wrong with a configuration

problem-at = { $field }: { $problem }
problem-range = { $found }: choose { $min } to { $max }
problem-processes = { $found }: choose 1 to { $max } (this program may use { $cpus ->
        [one] one CPU
       *[other] { $cpus } CPUs
    })
problem-empty = needs at least one entry
problem-too-many = { $found } entries, of at most { $max }
problem-twice = '{ $found }' is there twice
problem-unknown-name = there is no '{ $found }'; there is { $allowed }
problem-none-allowed = none
problem-wrong-task = '{ $found }' cannot be used here; use { $allowed }
problem-not-here = has a meaning only with { $needs }
config-newer = version { $found } of the configuration is newer than this program reads (up to { $known }): use a newer Proclab, or write it as version { $known }
config-no-version = the key 'version' is missing or no whole number: the first line should be `version = { $known }`
start-newer-line = version { $found } of the first line is newer than this program reads (up to { $known }): use a newer Proclab
start-newer-configuration = version { $found } of the configuration is newer than this program reads (up to { $known }): use a newer Proclab
start-never-was = there is no version 0 of the first line; this is version { $known }
start-syntax = the first line is no start of a run: { $reason }

## Errors of the system

errno-words = { $what } (os error { $code })
errno-1 = Operation not permitted
errno-2 = No such file or directory
errno-3 = No such process
errno-4 = Interrupted system call
errno-5 = Input/output error
errno-7 = Argument list too long
errno-8 = Exec format error
errno-9 = Bad file descriptor
errno-11 = Resource temporarily unavailable
errno-12 = Cannot allocate memory
errno-13 = Permission denied
errno-16 = Device or resource busy
errno-17 = File exists
errno-18 = Invalid cross-device link
errno-20 = Not a directory
errno-21 = Is a directory
errno-22 = Invalid argument
errno-23 = Too many open files in system
errno-24 = Too many open files
errno-26 = Text file busy
errno-27 = File too large
errno-28 = No space left on device
errno-30 = Read-only file system
errno-32 = Broken pipe
errno-36 = File name too long
errno-38 = Function not implemented
errno-40 = Too many levels of symbolic links
errno-110 = Connection timed out
errno-111 = Connection refused
errno-122 = Disk quota exceeded

## The machine cannot be read

source-failed = could not read the processes of this system: { $reason }
source-no-proc = /proc is not mounted, so there are no processes to be read
source-no-descriptors = too many files are open to read /proc; a higher limit (ulimit -n) helps
source-proc-failed = could not open /proc: { $reason }

## Runs

client-not-started = could not start the run's main process: { $reason }
client-no-configuration = could not write the configuration: { $reason }
ended-with-code = exit code { $code }
ended-with-signal = killed by { $signal }
ended-with-unknown = unknown
stop-by-end-of-input = end of input
stop-by-reader-gone = reader gone
refused-no-such-process = no living process of this run has the pid { $pid }
refused-not-running = no process runs task { $task } now
refused-task-over = task { $task } neither waits nor runs
refused-cannot-identify = { $pid } was started by a child and cannot be told from others: /proc does not show this pid namespace
refused-kill-failed = process { $pid } cannot be killed: { $reason }
refused-out-of-range = { $found } workers: choose 1 to { $max }
refused-no-change = the pool has { $count } workers already
refused-pool-closed = the pool is closed and no task waits for a worker
refused-no-pool = there is no pool at this moment

## Help of the commands

help-proclab = Shows and launches operating-system processes
help-proclab-read-only = Open the window so that nothing can be done to a process from it: no signals, no priorities
help-run = Run a lesson or a configuration; the exit code is 0 if everything succeeded, 1 if some task or process failed
help-replay = Show a recorded run again, at its own pace or another
help-snapshot = Write the processes of this machine as JSON, lines of JSON or CSV
help-watch = Write them again and again, one document a line
help-diff = Tell what has changed between two snapshots: new, gone, grown
help-lessons = List the built-in lessons
help-tasks = List the tasks that lessons and configurations can use
help-selftest = Provoke what a process pool must survive, on this machine, and show what happened; the exit code is 1 if anything failed
help-proclab-after =
    Without a command the window opens.

    Examples:
      proclab                                                 the window
      proclab --read-only                                     the same, but it only watches
      proclab run pool-callback                               a lesson, as a log
      proclab run pool-callback --time-scale 0.01 --json      the same, quick, as events
      proclab run ./mine.toml                                 a run of your own
      proclab snapshot --pid 1 --fields all                   one process as JSON
      proclab selftest faults                                 what goes wrong in process pools, and what does not here
help-run-target = A lesson's name (see `proclab lessons`), or the path of a .toml file
help-run-args = Arguments for programs that take some; lessons and .toml files take none
help-run-json = Write the event stream, one JSON object a line, instead of a log
help-run-seed = What the random sleeps follow from: the same seed, the same run
help-run-time-scale = Factor for the time that built-in sleeps take; 0.01 for a quick look
help-run-record = Write the event stream into this file too, for `proclab replay`; what was in it is gone
help-run-control = Read the configuration and then requests from standard input, one JSON object a line; its end stops the run
help-run-open-files = The limit of open files to go by, if the one who starts this has raised its own
help-run-after =
    Examples:
      proclab run pool-callback
      proclab run pool-apply --seed 7 --time-scale 0.1
      proclab run producer-consumer --json | grep item_put
      proclab run pool-callback --record run.jsonl
      proclab run ./mine.toml

    A configuration (mine.toml):
      version = 1
      kind = "pool"
      processes = 2
      callback = "callback_work"
      tasks = [
    {"    {"} target = "count_primes", args = [200000] {"}"},
    {"    {"} target = "sha256_file", args = ["/etc/hostname"] {"}"},
      ]
help-replay-file = A file that `proclab run ... --record FILE` has written, or what `--json` wrote
help-replay-json = Write the event stream, one JSON object a line, instead of a log
help-replay-speed = So many times as fast as it was; inf for at once
help-replay-after =
    Examples:
      proclab run pool-callback --record run.jsonl
      proclab replay run.jsonl --speed 4
      proclab replay run.jsonl --speed inf --json | grep task_finished

    A recording that was cut, because the machine went down or the disk was full, is shown as far as it goes; the exit code is
    1 then.
help-snapshot-format = How it is written [default: json]
help-snapshot-interval = Seconds between the two readings that rates need [default: 0.25]
help-snapshot-out = Writes to a file, which appears whole or not at all
help-snapshot-schema = Prints the JSON Schema of the document instead
help-snapshot-after =
    Examples:
      proclab snapshot                                        every process, the fields of the table
      proclab snapshot --pid 1 --fields all                   everything about process 1
      proclab snapshot --fields name,cmdline -o all.json      two fields, into a file
      proclab snapshot --format csv --filter 'user:root'      what root runs, for a spreadsheet
      proclab snapshot --pid $$ --environ redact              the shell's environment, secrets hidden
      proclab snapshot --pid $$ --keys zh                     with the tutorial's Chinese labels
      proclab snapshot --fields pid,io_rates --interval 2     disk use over two seconds

    cpu_percent and io_rates need two readings, a quarter of a second apart unless --interval says otherwise; the document
    tells the time that was measured as cpu_percent_span. --schema prints what every field is, with its unit.
    A value that could not be read is null, and `unreadable` says why.
    On a terminal, characters that it would obey are shown as U+FFFD, in JSON by their escapes; files and pipes get them as they are.
    With --safe-csv, texts that a spreadsheet would take for a formula (they begin with = + - @, a tab or a line end) have a ' before.
    Exit codes: 0 done, 1 it could not be written (a full disk), 2 a field, pid, filter or file that is not possible (nothing is
    written), 3 processes cannot be read here.
help-watch-interval = Seconds from one document to the next
help-watch-count = Maximum number of snapshots
help-watch-format = How they are written
help-watch-out = Writes to a file, which grows with every document; one that is there must hold what was written with the same --format and --fields
help-watch-after =
    Examples:
      proclab watch --count 3                                  three snapshots, a second apart
      proclab watch --pid 1 --fields memory_info,num_fds       what one process holds, until Ctrl+C or its end
      proclab watch --filter 'cpu>50' --format csv -o busy.csv  who was busy, for a spreadsheet
      proclab watch --interval 60 -o day.ndjson                 a day; proclab diff day.ndjson then tells what grew

    Each line is one document, as `proclab snapshot` writes it, and from the second on `ended` has what has ended since the one
    before: how (exit_code, signal), its lifetime and peak of memory, and of the --fields those that outlive it. Where
    the kernel tells of ends that holds for processes of a few milliseconds, too; `ended_unheard` says why where it does not.
    In CSV they are records that have an ended_at. Rates (cpu_percent, io_rates) are over the time that really passed since the
    document before; the first has none. Beats keep their times: one that takes too long is left out, the others do not move. It ends
    after --count documents, when every process named with --pid has ended (the last document tells how), when its reader has
    gone (exit code 0), or with Ctrl+C (130) and SIGTERM (143), after the line it is at. A file that grows keeps what is in it: a
    line that was torn by a crash or a full disk stays, and a new one begins; anything else than documents of the same format and
    fields is refused (exit code 2) and left as it was. Exit code 1: it could not be written any further.
help-diff-one = What proclab snapshot (as JSON or NDJSON) or proclab watch wrote; `FILE:N` is the Nth document of a stream
help-diff-other = The other one; without it, A is a stream
help-diff-json = Write JSON instead of tables
help-diff-min-growth = Of what changed, only processes whose memory (RSS or USS) grew by at least this: 10M, 1.5G
help-diff-min-fds = Of what changed, only processes whose number of open descriptors grew by at least this
help-diff-after =
    Examples:
      proclab snapshot --fields memory_info,num_fds,name -o a.json
      proclab snapshot --fields memory_info,num_fds,name -o b.json
      proclab diff a.json b.json                      new, gone, grown and changed processes
      proclab diff a.json b.json --min-growth 10M     who has taken ten megabytes more
      proclab diff a.json b.json --json               the same for programs (proclab.diff/1)
      proclab diff day.ndjson                         the first and the last document of a proclab watch
      proclab diff day.ndjson:1 day.ndjson:60         two others of them

    A process is the same if pid and start time are, within one boot of one machine; snapshots of others are refused. Whichever
    was taken first is the one before. How those that are gone ended is told where a document of a proclab watch tells it; of a pipe
    that is the one document compared. Lists that were cut, and values of the environment that are hidden in one of the two, are not
    comparable and count as no change. Exit codes: 0 compared, 2 a file that is no snapshot, or two that cannot be compared.
help-lessons-lesson = Print one lesson's question, program and answer instead
help-selftest-faults = Kill workers, return what cannot be sent, stop, cling, flee: each fault in processes of its own
help-selftest-faults-only = Only this fault; may be given several times
help-selftest-faults-json = One JSON object a line instead of a table
help-selftest-faults-long = The storm for half a minute instead of some seconds
help-selftest-faults-after =
    Examples:
      proclab selftest faults                        all of them, some 15 seconds
      proclab selftest faults --only kill-task       one of them
      proclab selftest faults --long --json          with half a minute of random kills, for a program to read

    The columns to the right are what Python's pools did with two workers each; "hang" is no answer within 4 to 5 seconds
    where one was due. Whatever is left over by a fault (a process, a descriptor, a thread) makes it FAILED.
help-pids = Only these processes
help-filter = Only what passes, in the language of the table: 'user:ana cpu>10'
help-fields = all, or names separated by commas
help-environ = What becomes of the environment, which can hold secrets [default: omit]
help-keys = The names of the fields: psutil's, or the tutorial's Chinese labels [default: en]
help-safe-csv = In CSV, put a ' before texts that a spreadsheet would take for a formula (= + - @ at the beginning)
help-environ-omit = It is left out
help-environ-redact = Values that look like secrets are hidden
help-environ-show = All values are shown
help-keys-en = pid, name, exe ...
help-keys-zh = 进程编号, 进程名称, 执行路径 ...
help-snapshot-format-json = One document, indented
help-snapshot-format-ndjson = One process a line
help-snapshot-format-csv = One process a record, units in the names of the columns
help-watch-format-ndjson = One document a line
help-watch-format-csv = One process a record, the names of the columns once
help-run-control-stdin = standard input

help-usage = Usage:
help-commands = Commands
help-arguments = Arguments
help-options = Options
help-command = COMMAND
help-flag = Print help
help-flag-short = Print help (see more with '--help')
help-flag-long = Print help (see a summary with '-h')
help-version = Print version
help-values = { $help } [possible values: { $values }]
help-values-heading = Possible values:
help-default = { $help } [default: { $value }]

## A command line that is wrong

usage-error = error:
usage-tip = tip:
usage-more = For more information, try '{ $flag }'.
usage-no-value = a value is required for '{ $argument }' but none was supplied
usage-wrong-value = invalid value '{ $value }' for '{ $argument }'
usage-wrong-value-why = invalid value '{ $value }' for '{ $argument }': { $reason }
usage-possible-values = [possible values: { $values }]
usage-unknown-argument = unexpected argument '{ $argument }' found
usage-unknown-command = unrecognized subcommand '{ $command }'
usage-conflict = the argument '{ $argument }' cannot be used with: { $other }
usage-conflict-others = the argument '{ $argument }' cannot be used with one or more of the other specified arguments
usage-twice = the argument '{ $argument }' cannot be used multiple times
usage-command-conflict = the subcommand '{ $command }' cannot be used with: { $other }
usage-missing = the following required arguments were not provided: { $arguments }
usage-missing-command = '{ $command }' requires a subcommand but one was not provided
usage-too-many = unexpected value '{ $value }' for '{ $argument }' found; no more were expected
usage-similar = a similar one exists: '{ $name }'
usage-not-utf8 = invalid UTF-8 was detected in one or more arguments

## What commands say

seconds-range = choose { $min } to { $max } seconds
seed-range = choose a whole number from 0 to { $max }
speed-range = choose a number above 0, or inf
size-expected = write a number of bytes: 4096, 10M, 1.5G
cli-what-to-run = say what to run: a lesson ({ $lessons }), or the path of a .toml file
cli-no-python = '{ $target }': Python programs cannot be run yet; use a lesson's name or a .toml file
cli-no-configuration = could not read the configuration { $target }: { $reason }
cli-of-file = { $target }: { $problem }
cli-nothing-to-record = --record: this lesson runs nothing, so there is nothing to record
cli-no-arguments = '{ $argument }': lessons and .toml files take no arguments
cli-target-in-line = '{ $target }': with --control stdin the first line says what to run
cli-no-first-line = could not read the first line of standard input: { $reason }
cli-no-lesson = there is no lesson '{ $name }'; there is { $names } (a file's path contains a '/' or ends in .toml)
cli-no-fault = there is no fault '{ $name }'; there is { $names }
cli-cut-recording = { $file } ends before its run: it has { $count } events
cli-cut-recording-bytes = { $file } ends before its run: it has { $count } events and { $bytes } bytes of one more
cli-read-twice = { $path } is no regular file and cannot be read twice, for two of its documents: write it into a file first
cli-one-document = { $path } has one document; name a second file to compare it with
cli-could-not-read = could not read { $path }: { $reason }
cli-cut-document = { $path } ends in the middle of a document: the whole ones before it are used
cli-torn-line = { $path } ended in the middle of a line: a new one begins
cli-left-as-it-was = { $path } was left as it was: { $reason }; name another file, or remove this one first
cli-none-passes = no process passes the filter
cli-all-named-ended = every process that was named has ended
cli-limited-hidepid = limited view: /proc hides processes of other users (hidepid)
cli-limited-namespace = limited view: /proc belongs to another pid namespace: its pids, those of --pid too, are not the pids of this one
cli-limited-descriptors = limited view: too many files are open to read every process
cli-limited-container = limited view: only the processes of this container (its pid namespace)
cli-limited-proc = limited view: the processes in /proc cannot be listed
cli-no-stdout = could not write to standard output: { $reason }
cli-no-file = could not write { $path }: { $reason }
cli-no-cells = --safe-csv: only CSV has cells; add --format csv
cli-of-filter = --filter: { $problem }
cli-no-wait = could not wait for the next document: { $reason }
cli-no-window = this program was built without its window (feature `gui`).
    What works without one: proclab run LESSON, proclab lessons, proclab tasks, proclab snapshot
document-not-written = could not write the snapshot: { $reason }: { $path }
document-folder = could not write the snapshot: it is a folder, name a file in it: { $path }
document-unknown-field = unknown field `{ $name }`: use all, or a list of { $names }
document-no-field = no field is named: use all, or a list of { $names }
document-environ = field `environ` can hold secrets: add --environ redact (hides what looks like one) or --environ show
document-no-pid = no process has pid { $pid }
document-hidden = process { $pid } is hidden: /proc hides processes of other users (hidepid); root sees all
document-no-descriptors = too many files are open to read every process; a higher limit (ulimit -n) helps
document-ended = process { $pid } ended while it was being read
query-unknown-key = unknown key `{ $key }`: use { $keys }, or put the word in quotes to search for it
query-wrong-operator = `{ $term }` makes no sense: write `{ $example }`
query-no-value = `{ $term }` needs a value: write `{ $example }`
query-no-number = `{ $value }` is no number for `{ $key }`: write `{ $example }`
query-no-port = there is no port `{ $value }`: write a number from 1 to 65535, such as `port:8080`
query-unknown-state = no process is ever `{ $value }`: use { $states }, or a letter such as D
query-wrong-regex = `/{ $pattern }/` is no regular expression: { $reason }
query-open-quote = the closing quotation mark is missing
query-lone-not = `!` needs a word behind it
query-lone-or = `|` needs a word on either side
record-not-written = could not write the recording { $path }: { $reason }
record-not-read = could not read the recording { $path }: { $reason }
record-foreign = { $path } is no recording: its first line is not the event run_started
record-schema = { $path } is a recording of schema '{ $schema }'; this version reads '{ $known }'
record-bad-line = { $path }, line { $line }: { $reason }
