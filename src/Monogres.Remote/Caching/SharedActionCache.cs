using Monogres.Actions;
using Monogres.Core;
using Monogres.Remote.Blobs;
using Monogres.Remote.Connection;
using Monogres.Remote.Trees;
using Monogres.Store;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Caching;

/// <summary>
/// Our results first, then those of a shared cache. Of those the directories and logs are brought here, and files when somebody reads
/// them. Somebody else wrote them: one is used only if it says that it is of this action, that it succeeded, and all of its output is
/// there in canonical form; a file with another digest is found out when it is brought. What is not right is told, and the work is
/// done here. A cache that does not answer counts as one without the result.
/// </summary>
/// <param name="local">Our results.</param>
/// <param name="remote">The results of others.</param>
/// <param name="download">Brings their directories and logs.</param>
/// <param name="blobs">Brings their files, when they are read.</param>
/// <param name="upload">Sends our own results, when we may write there; else null.</param>
/// <param name="report">Told, in a sentence, what was wrong.</param>
public sealed class SharedActionCache(IActionCache local, IActionCache remote, TreeDownload download, ReadThroughBlobStore blobs, ResultUpload? upload, Action<string> report) : IActionCache
{
    private volatile bool _reached;

    /// <summary>Whether a cache that is not reached at all is an error of the user; else it is told, and counts as an empty one.</summary>
    public bool MustBeReached { get; init; }

    /// <summary>Says whose word there is for a result that others made; null when none is asked for.</summary>
    public IResultVouchers? Vouchers { get; init; }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">It must be reached, and was not.</exception>
    public async ValueTask<Wire.ActionResult?> GetAsync(Digest action, CancellationToken cancel)
    {
        // What was taken before anyone's word was asked for is no result of ours.
        if (await local.GetAsync(action, cancel) is { } known && (!ResultOrigin.IsTaken(known) || await WhyNotAsync(action, known, cancel) is null))
            return known;

        try
        {
            var asked = await remote.GetAsync(action, cancel);
            _reached = true;
            if (asked is not { } found)
                return null;

            if (await TakeAsync(action, found, cancel) is { } taken)
            {
                await local.PutAsync(action, taken, cancel);
                return taken;
            }
        }
        catch (RemoteException e) when (MustBeReached && !_reached)
        {
            throw e.ToUserError();
        }
        catch (RemoteException e)
        {
            report($"{e.Message}: the work is done here");
            return null;
        }
        catch (BlobMissingException e)
        {
            report($"a result of the shared cache is not complete: {e.Message}; the work is done here");
        }

        await remote.RemoveAsync(action, cancel);
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(Digest action, Wire.ActionResult result, CancellationToken cancel)
    {
        await local.PutAsync(action, result, cancel);
        if (upload is null)
            return;

        try
        {
            await upload.SendAsync(action, result, cancel);
        }
        catch (RemoteException e)
        {
            report($"{e.Message}: the result stays here");
        }
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(Digest action, CancellationToken cancel)
    {
        await local.RemoveAsync(action, cancel);
        await remote.RemoveAsync(action, cancel);
    }

    private async Task<Wire.ActionResult?> TakeAsync(Digest action, Wire.ActionResult found, CancellationToken cancel)
    {
        if (WrongIn(action, found) is { } wrong)
        {
            report($"a result of the shared cache is not used: {wrong}; the work is done here");
            return null;
        }

        if (await WhyNotAsync(action, found, cancel) is { } against)
        {
            report($"the result of action {action.Hash.ToString()[..12]} in the shared cache is not used: {against}; the work is done here");
            return null;
        }

        var tree = download.Read(found.OutputDirectories[0].RootDirectoryDigest);
        var files = await download.BringDirectoriesAsync(tree, cancel);
        if (await download.WrongInAsync(tree, cancel) is { } inTree)
        {
            report($"a result of the shared cache is not used: {inTree}; the work is done here");
            return null;
        }

        await blobs.LeaveAsync(tree, files, cancel);
        await BringLogsAsync(found, cancel);
        return ResultOrigin.MarkTaken(ResultMark.Without(found));
    }

    private async ValueTask<string?> WhyNotAsync(Digest action, Wire.ActionResult result, CancellationToken cancel) =>
        Vouchers is null ? null : await Vouchers.ReasonAgainstAsync(action, download.Read(result.OutputDirectories[0].RootDirectoryDigest), cancel);

    private static string? WrongIn(Digest action, Wire.ActionResult found)
    {
        if (!ResultMark.Has(found, action))
            return "it does not say that it is of this action";
        if (found.ExitCode != 0)
            return $"it is of a command that failed, with exit code {found.ExitCode}";

        return found is { OutputDirectories: [{ Path: CanonicalAction.OutputDirectory, RootDirectoryDigest: not null }], OutputFiles.Count: 0, OutputSymlinks.Count: 0 }
            ? null
            : "its output is not one directory";
    }

    // A log that is lost makes nothing incomplete.
    private async Task BringLogsAsync(Wire.ActionResult found, CancellationToken cancel)
    {
        foreach (var log in new[] { found.StdoutDigest, found.StderrDigest }.Where(log => log is not null))
        {
            try
            {
                await download.BringBlobsAsync([download.Read(log)], cancel);
            }
            catch (BlobMissingException)
            {
                log.SizeBytes = 0;
                log.Hash = Digest.Empty.Hash.ToString();
            }
        }
    }
}
