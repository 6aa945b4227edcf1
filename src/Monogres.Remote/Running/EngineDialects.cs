using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Remote.Blobs;
using Monogres.Remote.Connection;
using Monogres.Remote.Trees;
using Monogres.Store;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Running;

/// <summary>How the engine runs actions, and the programs that self-entered ones bring.</summary>
/// <param name="Dialect">The dialect.</param>
/// <param name="Programs">The tree with the sandbox's programs.</param>
public sealed record EngineDialect(Dialect Dialect, Digest Programs);

/// <summary>
/// Finds out which dialect an engine takes, by running one small action, and remembers it on this machine for the engine, its
/// properties and the programs. Forgotten when asked to, since engines are set up anew.
/// </summary>
/// <param name="remote">The engine's blobs.</param>
/// <param name="local">The local store.</param>
/// <param name="trees">Sends inputs.</param>
/// <param name="memo">Remembers.</param>
/// <param name="programs">Makes the tree with the sandbox's programs ready.</param>
public sealed class EngineDialects(RemoteBlobStore remote, IBlobStore local, TreeUpload trees, IMemo memo, Func<CancellationToken, Task<Digest>> programs) : IDisposable
{
    private static readonly TimeSpan QueueLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(5);

    private readonly RemoteConnection _connection = remote.Connection;
    private readonly SemaphoreSlim _only = new(1);
    private EngineDialect? _known;

    /// <summary>The dialect.</summary>
    /// <exception cref="RemoteException">The engine takes neither, or could not be asked.</exception>
    public async Task<EngineDialect> FindAsync(CancellationToken cancel)
    {
        await _only.WaitAsync(cancel);
        try
        {
            return _known ??= await FindNowAsync(cancel);
        }
        finally
        {
            _only.Release();
        }
    }

    /// <summary>Asks the engine, whatever is remembered.</summary>
    /// <exception cref="RemoteException">The engine could not be asked.</exception>
    public async Task<EngineProbe> ProbeAsync(CancellationToken cancel)
    {
        var tree = await programs(cancel);
        var report = await AskAsync(tree, cancel);
        var probe = EngineProbe.Parse(report) ?? throw RemoteErrors.Wrong(_connection.Address, "answered the probe with something else");
        if (probe.Dialect is not null)
            await RememberAsync(KeyOf(tree), report, cancel);
        return probe;
    }

    /// <inheritdoc/>
    public void Dispose() => _only.Dispose();

    private async Task<EngineDialect> FindNowAsync(CancellationToken cancel)
    {
        var tree = await programs(cancel);
        var probe = await RecallAsync(KeyOf(tree), cancel) ?? await ProbeAsync(cancel);
        return probe.Dialect is { } dialect ? new EngineDialect(dialect, tree) : throw new RemoteException(
            $"`{_connection.Address}` runs actions in a way that we cannot use: {string.Join("; ", probe.Remarks())}", $"`monogres remote check {_connection.Address}` says more", StatusCode.FailedPrecondition);
    }

    // The probe is no step of anybody's.
    private sealed class Nobody : IProgress<LogProgress>
    {
        public static readonly Nobody Instance = new();

        public void Report(LogProgress value)
        {
        }
    }

    private async Task<string> AskAsync(Digest tree, CancellationToken cancel)
    {
        var capabilities = await _connection.CapabilitiesAsync(cancel);
        if (!capabilities.CanExecute)
            throw RemoteErrors.NoExecution(_connection.Address);

        var (message, command) = await EngineProbe.OfAsync(tree, local, cancel);
        var sent = await RemoteAction.StoreAsync(message, command, _connection.Options, capabilities, local, cancel);
        await trees.SendAsync([sent.Tree], [sent.Command, sent.Digest], cancel);
        var response = await new Execution(_connection, QueueLimit, RunLimit).RunAsync(sent.Digest, skipCache: true, Nobody.Instance, cancel);
        if ((response.Status?.Code ?? 0) != 0)
            throw new RemoteException($"`{_connection.Address}` could not run the probe: {response.Status!.Message}", "see its own log", (StatusCode)response.Status.Code);

        if (response.Result?.OutputFiles.FirstOrDefault(file => string.Equals(file.Path, EngineProbe.ReportPath, StringComparison.Ordinal)) is not { } report || !RemoteDigests.TryRead(report.Digest, out var digest))
            throw new RemoteException($"`{_connection.Address}` did not run the probe: exit code {response.Result?.ExitCode}", "see its own log", StatusCode.Internal);
        try
        {
            return Encoding.UTF8.GetString(await remote.ReadAllAsync(digest, cancel));
        }
        catch (BlobMissingException e)
        {
            throw new RemoteException($"`{_connection.Address}` lost the answer to the probe: {e.Message}", "see its own log", StatusCode.DataLoss);
        }
    }

    private async ValueTask<EngineProbe?> RecallAsync(Digest key, CancellationToken cancel)
    {
        try
        {
            return await memo.FindAsync(key, cancel) is { } entry
                && (await local.ReadMessageAsync(Wire.Directory.Parser, entry.Tree, cancel)).Files is [var file]
                && EngineProbe.Parse(Encoding.UTF8.GetString(await local.ReadAllAsync(file.Digest.ToDigest(), cancel))) is { } probe ? probe : null;
        }
        catch (BlobMissingException)
        {
            return null;
        }
    }

    private async ValueTask RememberAsync(Digest key, string report, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse(EngineProbe.ReportPath), await local.PutAsync(Encoding.UTF8.GetBytes(report), cancel), executable: false);
        await memo.PutAsync(key, new MemoEntry(await tree.WriteAsync(local, cancel)), cancel);
    }

    private Digest KeyOf(Digest tree) => Digest.Of(Encoding.UTF8.GetBytes(
        $"remote dialect 1\n{_connection.Address.Server}\n{_connection.Address.Instance}\n{string.Join('\n', _connection.Options.Properties.Select(property => $"{property.Key}={property.Value}"))}\n{tree}"));
}
