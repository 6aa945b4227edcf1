using System.Security.Cryptography;
using Google.Protobuf;
using Monogres.Core;
using Monogres.Protocol;
using Digest = Monogres.Core.Digest;

namespace Monogres.Store.Disk;

/// <summary>
/// Action results as files, <c>ab/&lt;hash&gt;-&lt;size&gt;</c>: the <c>ActionResult</c> message, then the 32 bytes of
/// its SHA-256, so that a torn or damaged entry is noticed and counts as none. The access time is the day of last use.
/// Safe for several threads and processes.
/// </summary>
/// <param name="directory">Holds the entries; absolute.</param>
/// <param name="temporary">Names on the same file system.</param>
/// <param name="time">For the day of last use.</param>
public sealed class DiskActionCache(string directory, TemporaryNames temporary, TimeProvider time) : IActionCache
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly TimeSpan UseResolution = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValueTask<ActionResult?> GetAsync(Digest action, CancellationToken cancel)
    {
        var path = PathOf(action);
        if (Read(path) is not { } result)
            return new((ActionResult?)null);

        var now = time.GetUtcNow();
        if (LibC.Stat(path) is { } facts && now - facts.LastUse >= UseResolution)
            LibC.SetAccessTime(path, now);
        return new(result);
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(Digest action, ActionResult result, CancellationToken cancel)
    {
        if (result.ExitCode != 0)
            throw new ArgumentException($"Only results with exit code 0 may be remembered, not {result.ExitCode}.", nameof(result));

        var size = result.CalculateSize();
        var entry = new byte[size + Sha256Hash.Length];
        result.WriteTo(entry.AsSpan(0, size));
        SHA256.HashData(entry.AsSpan(0, size), entry.AsSpan(size));
        try
        {
            using var file = NewFile.Create(temporary);
            file.Append(entry);
            file.Finish(PathOf(action), Mode, time.GetUtcNow(), lastWrite: null);
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, directory);
        }
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(Digest action, CancellationToken cancel)
    {
        try
        {
            LibC.Unlink(PathOf(action));
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, directory);
        }
    }

    /// <summary>The entry in a file, or null when there is none or it is damaged. Does not count as use.</summary>
    internal ActionResult? Read(string path)
    {
        byte[]? entry;
        try
        {
            entry = QuietFile.ReadAll(path);
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, directory);
        }

        if (entry is null || entry.Length < Sha256Hash.Length)
            return null;

        var message = entry.AsSpan(0, entry.Length - Sha256Hash.Length);
        if (Sha256Hash.Of(message) != new Sha256Hash(entry.AsSpan(message.Length)))
            return null;

        try
        {
            return ActionResult.Parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>Every file that stands where entries are.</summary>
    internal IEnumerable<StoredFile> Files() => StoredFile.Below(directory);

    private string PathOf(Digest action)
    {
        var hash = action.Hash.ToString();
        return $"{directory}/{hash.AsSpan(0, 2)}/{hash}-{action.Size}";
    }
}
