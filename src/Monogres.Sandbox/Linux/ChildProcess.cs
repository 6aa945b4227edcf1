using System.Runtime.InteropServices;
using System.Text;

namespace Monogres.Sandbox.Linux;

/// <summary>What to start.</summary>
internal sealed record ChildStart
{
    /// <summary>The program (absolute path), and its arguments from <c>argv[0]</c>. Its environment is empty.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Files for standard output and error, standard input being empty; null: all three are inherited, as is the terminal.</summary>
    public required (string Output, string Error)? Logs { get; init; }
}

/// <summary>
/// A child process that has a process namespace below it, and that cannot outlive us. The namespace's first process (the
/// <em>init</em>) says over file descriptor 3 who it is, <c>&lt;pid&gt; &lt;parent pid&gt;</c>, and goes on only when it
/// reads a line in answer. So from that line on every process is bound to the life of the one above (<c>PR_SET_PDEATHSIG</c>,
/// which it set before it spoke), and a process whose parent died earlier reads the end of the stream and ends.
/// <para>
/// The kernel sends the death signal when the <em>thread</em> ends that made the child: hence one thread for the life of
/// the child, not one of the pool.
/// </para>
/// </summary>
internal sealed unsafe class ChildProcess
{
    /// <summary>The file descriptor in the child that it speaks over.</summary>
    public const int ControlDescriptor = 3;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ChildStart _start;
    private int _process;
    private int _init = -1;
    private bool _killed, _reaped;

    private ChildProcess(ChildStart start) => _start = start;

    /// <summary>Ends with the exit code (128 + signal when killed), when the child and everything below it is gone. Fails when it cannot be started.</summary>
    public Task<int> End => _end.Task;

    /// <summary>Its process id; 0 before there is one.</summary>
    public int Id => _process;

    /// <summary>Starts a child.</summary>
    public static ChildProcess Start(ChildStart start)
    {
        var child = new ChildProcess(start);
        new Thread(child.Live, maxStackSize: 256 * 1024) { IsBackground = true, Name = "child process" }.Start();
        return child;
    }

    /// <summary>Kills the child and everything below it; <see cref="End"/> tells when they are gone.</summary>
    public void Kill()
    {
        const nint pidfdSendSignal = 424;
        lock (_gate)
        {
            _killed = true;
            if (_reaped || _process == 0)
                return;

            // The end of the init is the end of its namespace, and its parent then reports it; not the other way round.
            if (_init >= 0)
                Posix.SystemCall(pidfdSendSignal, _init, Posix.SIGKILL, 0, 0);
            else
                _ = Posix.Kill(_process, Posix.SIGKILL);
        }
    }

    private void Live()
    {
        try
        {
            _end.SetResult(Run());
        }
        catch (Exception e)
        {
            _end.SetException(e);
        }
    }

    private int Run()
    {
        const int unix = 1, streamClosedOnExec = 0x80001, noMoreWriting = 1;
        var sockets = stackalloc int[2];
        if (Posix.SocketPair(unix, streamClosedOnExec, 0, sockets) != 0)
            throw Posix.LastError("make a socket pair");

        var ours = sockets[0];
        try
        {
            lock (_gate)
            {
                try
                {
                    if (!_killed)
                        _process = Spawn(_start, sockets[1]);
                }
                finally
                {
                    _ = Posix.Close(sockets[1]);
                }
            }

            if (_process == 0)
                return 128 + Posix.SIGKILL;

            Release(ours);
            var code = Wait();

            // An init that was never released reads the end of the stream; when it is gone so are all holders of the other end.
            _ = Posix.Shutdown(ours, noMoreWriting);
            ReadLine(ours, toTheEnd: true);
            return code;
        }
        finally
        {
            _ = Posix.Close(ours);
            if (_init >= 0)
                _ = Posix.Close(_init);
        }
    }

    // Lets the init go on, if it is the child of our child and nobody has killed it meanwhile.
    private void Release(int socket)
    {
        const nint pidfdOpen = 434;
        var words = ReadLine(socket, toTheEnd: false).Split(' ');
        if (words.Length != 2 || !int.TryParse(words[0], out var init) || !int.TryParse(words[1], out var parent) || parent != _process)
            return;

        lock (_gate)
        {
            if (_killed)
                return;

            // It waits for our answer, so the number is still its own.
            _init = (int)Posix.SystemCall(pidfdOpen, init, 0, 0, 0);
            if (_init < 0)
                return;

            const int noSignal = 0x4000;
            var go = "go\n"u8;
            fixed (byte* line = go)
                _ = Posix.Send(socket, line, (nuint)go.Length, noSignal);
        }
    }

    private int Wait()
    {
        const int byProcess = 1, exitedButKept = 4 | 0x01000000;
        var information = stackalloc byte[128];
        while (Posix.WaitId(byProcess, _process, information, exitedButKept) != 0 && Marshal.GetLastPInvokeError() == Posix.EINTR)
        {
        }

        // Until it is reaped its number cannot be another's: so nobody kills a stranger.
        lock (_gate)
        {
            _reaped = true;
            int status;
            int result;
            while ((result = Posix.WaitPid(_process, &status, 0)) < 0 && Marshal.GetLastPInvokeError() == Posix.EINTR)
            {
            }

            if (result < 0)
                throw Posix.LastError("wait for a child process");

            var signal = status & 0x7f;
            return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
        }
    }

    private static string ReadLine(int socket, bool toTheEnd)
    {
        var line = new StringBuilder();
        byte character;
        while (true)
        {
            var count = Posix.Read(socket, &character, 1);
            if (count < 0 && Marshal.GetLastPInvokeError() == Posix.EINTR)
                continue;

            if (count <= 0 || (character == '\n' && !toTheEnd))
                return line.ToString();

            if (!toTheEnd)
                line.Append((char)character);
        }
    }

    private static int Spawn(ChildStart start, int control)
    {
        const short defaultSignals = 0x04, signalMask = 0x08, newSession = 0x80;
        const nint closeRange = 436;
        const int closeOnExec = 4;

        // Our own files are closed on exec anyway; those that we were started with (a shell's pipes) need not be.
        Posix.SystemCall(closeRange, 3, int.MaxValue, closeOnExec, 0);

        // Both are opaque and of a size that depends on the C library: 80 and 336 bytes in glibc.
        var actions = stackalloc byte[512];
        var attributes = stackalloc byte[1024];
        var signals = stackalloc byte[128];
        Check(Posix.FileActionsInit(actions));
        Check(Posix.AttributesInit(attributes));
        byte** arguments = null;
        try
        {
            if (start.Logs is { } logs)
            {
                const int readOnly = 0, writeNew = 0x1 | 0x40 | 0x200;
                const uint mode = 0x1A4; // 0644
                Check(Posix.FileActionsOpen(actions, 0, "/dev/null", readOnly, 0));
                Check(Posix.FileActionsOpen(actions, 1, logs.Output, writeNew, mode));
                Check(Posix.FileActionsOpen(actions, 2, logs.Error, writeNew, mode));
            }

            // Duplicated onto itself it is no longer closed on exec: that is what POSIX says since 2024, and glibc does.
            Check(Posix.FileActionsDuplicate(actions, control, ControlDescriptor));
            Check(Posix.AttributesSetBlockedSignals(attributes, signals));
            new Span<byte>(signals, 128).Fill(0xff);
            Check(Posix.AttributesSetDefaultSignals(attributes, signals));

            // Away from our terminal: Ctrl-C there reaches us alone, and we end the child.
            Check(Posix.AttributesSetFlags(attributes, start.Logs is null ? (short)(defaultSignals | signalMask) : (short)(defaultSignals | signalMask | newSession)));

            arguments = Pointers(start.Arguments);
            byte* noEnvironment = null;
            int process;
            var error = Posix.Spawn(&process, arguments[0], actions, attributes, arguments, &noEnvironment);
            return error == 0 ? process : throw Posix.ErrorOf(error, $"start {start.Arguments[0]}");
        }
        finally
        {
            Free(arguments);
            _ = Posix.FileActionsDestroy(actions);
            _ = Posix.AttributesDestroy(attributes);
        }
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw Posix.ErrorOf(error, "prepare a child process");
    }

    private static byte** Pointers(IReadOnlyList<string> texts)
    {
        var pointers = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
            pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        return pointers;
    }

    private static void Free(byte** pointers)
    {
        if (pointers is null)
            return;

        for (var at = pointers; *at is not null; at++)
            Marshal.FreeCoTaskMem((nint)(*at));
        NativeMemory.Free(pointers);
    }
}
