using Google.Protobuf;
using Monogres.Protocol;
using Digest = Monogres.Core.Digest;

namespace Monogres.Store.Disk;

/// <summary>Action results as files, each an <c>ActionResult</c> message with a checksum. Safe for several threads and processes.</summary>
/// <param name="directory">Holds the entries; absolute.</param>
/// <param name="temporary">Names on the same file system.</param>
/// <param name="time">For the day of last use.</param>
public sealed class DiskActionCache(string directory, TemporaryNames temporary, TimeProvider time) : IActionCache
{
    private readonly EntryFiles _files = new(directory, temporary, time);

    /// <inheritdoc/>
    public ValueTask<ActionResult?> GetAsync(Digest action, CancellationToken cancel) => new(_files.Find(action) is { } content ? Parse(content) : null);

    /// <inheritdoc/>
    public ValueTask PutAsync(Digest action, ActionResult result, CancellationToken cancel)
    {
        if (result.ExitCode != 0)
            throw new ArgumentException($"Only results with exit code 0 may be remembered, not {result.ExitCode}.", nameof(result));

        _files.Put(action, result.ToByteArray());
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(Digest action, CancellationToken cancel)
    {
        _files.Remove(action);
        return ValueTask.CompletedTask;
    }

    /// <summary>The result in a file, or null when there is none or it is damaged. Does not count as use.</summary>
    internal ActionResult? Read(string path) => _files.Read(path, out _) is { } content ? Parse(content) : null;

    /// <inheritdoc cref="EntryFiles.UpgradeFromFormat2"/>
    internal void UpgradeFromFormat2() => _files.UpgradeFromFormat2();

    /// <summary>Every file that stands where results are.</summary>
    internal IEnumerable<StoredFile> Files() => _files.All();

    private static ActionResult? Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            return ActionResult.Parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
