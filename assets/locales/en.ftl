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
command-move-selection = Move the selection
command-open-detail = Open the detail
command-close-detail = Close the detail
command-step-back = Close what is in front
command-copy-row = Copy the selected row
command-sort-by = Sort by a column
command-toggle-column = Show or hide a column
command-set-column-width = Set the width of a column
command-set-detail-width = Set the width of the detail
command-set-filter = Filter processes
command-focus-filter = Type a filter
command-toggle-freeze = Freeze the picture
command-set-interval = Choose how often to look
command-toggle-kernel-threads = Show or hide kernel threads
command-export-json = Export JSON…
command-dismiss-introduction = Do not show this again
command-set-theme = Choose colours
command-toggle-theme = Switch between dark and light
command-zoom-in = Enlarge everything
command-zoom-out = Shrink everything
command-zoom-reset = Everything at its own size

## Everywhere

action-close = Close
action-cancel = Cancel
mark-none = –
mark-denied = denied
mark-gone = gone
mark-masked = ••••••••
toast-row-copied = Row copied

## Why a value is not there

unread-denied = Not readable: belongs to somebody else. Run Proclab as root to see it.
unread-denied-owner = Not readable: belongs to { $owner }. Run Proclab as root to see it.
unread-gone = The process has ended.
unread-zombie = The process has ended; this went with its memory.
unread-not-applicable = There is none.
unread-unsupported = This system does not tell.
unread-not-sampled = Not known yet: it takes two looks.

## States

state-running = running
state-sleeping = sleeping
state-disk-sleep = disk wait
state-stopped = stopped
state-tracing-stop = traced
state-zombie = zombie
state-dead = dead
state-wake-kill = disk wait
state-waking = waking
state-idle = idle
state-parked = parked
state-unknown = unknown
state-ended = ended

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
column-cpu-help = CPU use since the last look, in percent of one core: four busy threads are 400.
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

## Monitor

monitor-first = Reading the processes of this machine…
monitor-filter = Filter processes
monitor-filter-hint = Filter: name  user:ana  cpu>10  mem>200M
monitor-filter-tip = Words are looked for in name, user and command line; keys: name pid ppid user state cmd cpu mem threads; ! means not
monitor-filter-clear = Clear the filter
monitor-columns = Columns
monitor-columns-tip = Choose the columns of the table
monitor-export = Export JSON…
monitor-export-tip = Write what is shown now to a file
monitor-no-match = No process matches { $filter }; { $count ->
        [0] none is hidden by it.
        [one] one is hidden by it.
       *[other] { $count } are hidden by it.
    }
monitor-clear = Clear
table-name = Processes

filter-unknown-key = No key “{ $key }”: use name, pid, ppid, user, state, cmd, cpu, mem or threads; put a word in quotes to search for it
filter-wrong-operator = “{ $term }” makes no sense: write { $example }
filter-no-value = “{ $term }” needs a value: write { $example }
filter-no-number = “{ $value }” is no number for { $key }: write { $example }
filter-open-quote = The closing quotation mark is missing
filter-lone-not = “!” needs a word behind it

introduction-text = New here?
introduction-link = See a process pool at work (8 s)
introduction-dismiss = Do not show this again

## The machine

machine-cpu = CPU
machine-cpu-tip = CPU use of all cores together; the curve shows the last two minutes, gaps are times when nothing was known
machine-cores = { $count ->
        [one] 1 core
       *[other] { $count } cores
    }
machine-memory = Memory
machine-memory-tip = Memory that could not be given to programs without swapping; the curve shows the last two minutes
machine-of = of { $total }
machine-load = Load
machine-load-tip = Processes that run or wait, on average over 1, 5 and 15 minutes
machine-load-note = 5 min { $five } · 15 min { $fifteen }

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
status-filtered = { $count } kept out by the filter
status-limited = Not all processes are visible
status-blind = The watching has stopped. Start Proclab again.
status-freeze = Freeze
status-frozen = Frozen
status-freeze-tip = Hold the picture still, or let it go on
status-every = every { $seconds } s
status-every-tip = How often the machine is looked at
status-history = history { $span }
status-history-tip = How far back the curves reach, minutes:seconds
status-held = Order held
status-held-tip = Rows keep their places while the pointer moves over the table
limited-hidepid = /proc is mounted with hidepid: only your own processes are visible.
limited-namespace = Proclab runs in a container: only its own processes are visible.
limited-proc = /proc cannot be read: nothing is known.

## Detail of a process

detail-overview = Overview
detail-threads = Threads
detail-files = Files
detail-network = Network
detail-environment = Environment
detail-reading = Reading…
detail-gone = The process has ended; nothing more can be read about it.
detail-ended = has ended; this is what was known last
detail-parent = parent
detail-parent-tip = Show the parent
detail-copy-pid = Click to copy the PID
detail-copy = Click to copy
detail-close = Close the detail
detail-cpu = CPU, 2 min
detail-cpu-now = { $percent } % of 1 core
detail-cpu-tip = The last two minutes since it was selected; gaps are times when nothing was known
detail-switches = { $voluntary } waited · { $involuntary } preempted
detail-unnamed = (unnamed)
detail-list-cut = Only the first { $count } are shown.
detail-threads-none = No threads.
detail-files-none = No regular files are open.
detail-network-none = No sockets are open.
detail-environment-none = The environment is empty.
detail-environment-show = Show values
detail-environment-hide = Hide values
detail-environment-note = Values can hold secrets.
detail-group-program = Program
detail-group-process = Process
detail-group-cpu = CPU
detail-group-memory = Memory
detail-group-io = Input and output
field-exe = Executable
field-cwd = Working folder
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
field-written = Written to disk
field-fds = Descriptors
field-cgroup = Control group
running-days = running for { $days } d { $hours } h
running-hours = running for { $hours } h { $minutes } min
running-minutes = running for { $minutes } min { $seconds } s
running-seconds = running for { $seconds } s

menu-copy-pid = Copy PID
menu-copy-name = Copy name
menu-copy-command = Copy command line
menu-show-parent = Show parent
menu-filter-user = Only processes of { $user }

## Export

export-title = Export JSON
export-note = { $count ->
        [one] One process as it is shown now, one document.
       *[other] All { $count } processes as they are now, in one document.
    }
export-path = File
export-browse = Browse…
export-browse-tip = Choose with the desktop's own dialog; without one, type the path
export-write = Export
export-done = Exported to { $path }
export-failed = Could not write { $path }: { $reason }
export-folder = { $path } is a folder: name a file in it

## Lab

lab-empty = Each process of the run gets a lane here.
lab-status = No run yet
