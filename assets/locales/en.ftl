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

## Lab

lab-empty = Each process of the run gets a lane here.
