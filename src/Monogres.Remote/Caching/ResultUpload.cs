using Monogres.Core;
using Monogres.Remote.Trees;
using Monogres.Store;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Caching;

/// <summary>
/// Sends our results to a shared cache, outputs first: who finds a result finds all of it. An output is named by its root, which is
/// what we read, and by the whole tree in one message (<c>OutputDirectory.tree_digest</c>), without which other clients read nothing.
/// </summary>
/// <param name="remote">Gets the results.</param>
/// <param name="trees">Sends the outputs.</param>
public sealed class ResultUpload(IActionCache remote, TreeUpload trees)
{
    /// <summary>Sends one result.</summary>
    /// <param name="action">Of which action; its message and its command are in our store, and go too, for those who look into the cache.</param>
    /// <param name="result">Exit code 0, and a canonical output.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="Connection.RemoteException">The engine could not take it.</exception>
    public async Task SendAsync(Digest action, Wire.ActionResult result, CancellationToken cancel)
    {
        var blobs = new[] { result.StdoutDigest, result.StderrDigest }.Where(log => log is not null).Select(log => log.ToDigest()).Append(action);
        await trees.SendAsync(result.OutputDirectories.Select(directory => directory.RootDirectoryDigest.ToDigest()), blobs, cancel);
        var marked = ResultMark.Put(result, action);
        foreach (var directory in marked.OutputDirectories)
            directory.TreeDigest = (await trees.SendWholeAsync(directory.RootDirectoryDigest.ToDigest(), cancel)).ToWire();
        await remote.PutAsync(action, marked, cancel);
    }
}
