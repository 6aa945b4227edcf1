using System.Text;
using Monogres.Actions;

namespace Monogres.Sandbox;

/// <summary>Tells the newest line of logs that are being written, and their size, four times a second, by looking at their ends.</summary>
internal sealed class LogTail(IReadOnlyList<string> files, IProgress<LogProgress> log)
{
    private const int Length = 2048;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly long[] _sizes = new long[files.Count];
    private readonly byte[] _buffer = new byte[Length];

    /// <summary>Tells until it is cancelled.</summary>
    public async Task FollowAsync(TimeProvider clock, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
                Look();
        }
        catch (OperationCanceledException)
        {
            // The command has ended.
        }
    }

    /// <summary>Tells the newest line if a log has grown since the last look.</summary>
    public void Look()
    {
        for (var i = 0; i < files.Count; i++)
        {
            try
            {
                using var file = File.OpenHandle(files[i], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var size = RandomAccess.GetLength(file);
                if (size == _sizes[i])
                    continue;

                _sizes[i] = size;
                var count = RandomAccess.Read(file, _buffer, Math.Max(0, size - Length));
                if (LastLine(_buffer.AsSpan(0, count)) is { } line)
                    log.Report(new LogProgress(line, _sizes.Sum()));
            }
            catch (IOException)
            {
                // Not there yet, or no longer.
            }
        }
    }

    /// <summary>The last line that is not blank; null when there is none.</summary>
    public static string? LastLine(ReadOnlySpan<byte> text)
    {
        var trimmed = text.TrimEnd(" \t\r\n"u8);
        if (trimmed.IsEmpty)
            return null;

        var line = trimmed[(trimmed.LastIndexOfAny("\r\n"u8) + 1)..];
        return Encoding.UTF8.GetString(line).Trim();
    }
}
