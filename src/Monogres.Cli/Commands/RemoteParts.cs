using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Proof.Policies;
using Monogres.Remote.Blobs;
using Monogres.Remote.Caching;
using Monogres.Remote.Connection;
using Monogres.Remote.Running;
using Monogres.Remote.Trees;
using Monogres.Store;
using Monogres.Store.Local;

namespace Monogres.Cli.Commands;

/// <summary>What stands between the engine of steps and an engine or a cache elsewhere, put together by hand.</summary>
internal sealed class RemoteParts : IDisposable
{
    private const int DefaultJobs = 16;

    private readonly RemoteSettings _settings;
    private readonly ILocalBlobStore _local;
    private readonly Action<string> _report;
    private readonly RemoteBlobStore _cache;
    private readonly RemoteBlobStore? _engine;
    private readonly ConcurrentDictionary<string, bool> _said = new(StringComparer.Ordinal);

    private RemoteParts(RemoteSettings settings, LocalStore store, ILocalBlobStore local, Func<CancellationToken, Task<Digest>> programs, Action<string> report, TimeProvider time)
    {
        (_settings, _local, _report) = (settings, local, report);
        var budget = new RetryBudget(RetryBudget.Default);
        RemoteBlobStore Connect(string address) => new(new RemoteConnection(OptionsOf(settings, address), Terminal.VersionText.Line, budget, time));
        _engine = settings.Engine is { } engine ? Connect(engine) : null;
        _cache = settings.Cache is { } cache && !string.Equals(cache, settings.Engine, StringComparison.Ordinal) ? Connect(cache) : _engine ?? Connect(settings.Cache!);
        Blobs = new ReadThroughBlobStore(local, _cache, store.Memo, Say);
        if (_engine is null)
            return;

        Trees = new TreeUpload(Blobs, _engine);
        Dialects = new EngineDialects(_engine, local, Trees, store.Memo, programs);
    }

    /// <summary>How many actions are at the engine at once; null when they run here.</summary>
    public int? Jobs => _engine is null ? null : Math.Max(1, _settings.Jobs ?? DefaultJobs);

    /// <summary>The engine's blobs, when there is an engine.</summary>
    public RemoteBlobStore? Engine => _engine;

    /// <summary>The local store, with the cache behind it.</summary>
    public ReadThroughBlobStore Blobs { get; }

    /// <summary>How the engine runs actions, when there is an engine.</summary>
    public EngineDialects? Dialects { get; }

    private TreeUpload? Trees { get; }

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="settings">What was named.</param>
    /// <param name="store">The local store.</param>
    /// <param name="local">Its blobs, verified.</param>
    /// <param name="programs">Makes the tree with the sandbox's programs ready.</param>
    /// <param name="report">Says something to the person at the terminal.</param>
    /// <param name="time">Measures limits.</param>
    /// <exception cref="UserErrorException">An address, a property or a file with a secret is not right.</exception>
    public static RemoteParts Make(RemoteSettings settings, LocalStore store, ILocalBlobStore local, Func<CancellationToken, Task<Digest>> programs, Action<string> report, TimeProvider time) =>
        new(settings, store, local, programs, report, time);

    /// <summary>Our results, with those of the shared cache behind them.</summary>
    public IActionCache Share(IActionCache ours)
    {
        var results = new RemoteActionCache(_cache.Connection);
        return new SharedActionCache(ours, results, new TreeDownload(_local, _cache), Blobs, _settings.Upload ? new ResultUpload(results, TreesOf(_cache)) : null, Say)
        {
            MustBeReached = !_settings.Fallback,
            Vouchers = _settings.Policy is { } policy ? new StatedResults(policy, _settings.Statements, Say) : null,
        };
    }

    /// <summary>What runs actions on this machine.</summary>
    public IActionRunner Here(IActionRunner here) => new BringingRunner(here, Blobs);

    /// <summary>What runs actions: the engine, when one is named.</summary>
    /// <param name="here">Runs them on this machine, where no engine is named.</param>
    public IActionRunner RunnerOver(IActionRunner here)
    {
        if (_engine is null)
            return here;

        var there = new RemoteRunner(_engine, _local, Trees!, Dialects!) { TakesRemembered = _settings.Policy is null };
        return _settings.Fallback ? new FallbackRunner(there, here, Say) : there;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dialects?.Dispose();
        _engine?.Connection.Dispose();
        if (!ReferenceEquals(_cache, _engine))
            _cache.Connection.Dispose();
    }

    private TreeUpload TreesOf(RemoteBlobStore cache) => ReferenceEquals(cache, _engine) ? Trees! : new TreeUpload(Blobs, cache);

    // An engine that is ill is ill for each of a thousand actions: that is said once.
    private void Say(string text)
    {
        if (_said.TryAdd(text, true))
            _report($"note: {text}");
    }

    private static RemoteOptions OptionsOf(RemoteSettings settings, string address) => new()
    {
        Address = RemoteAddress.Parse(address),
        Properties = settings.Properties is { } properties ? PropertiesOf(properties) : RemoteOptions.DefaultProperties,
        Credentials = new RemoteCredentials
        {
            TokenFile = settings.TokenFile,
            PasswordFile = settings.PasswordFile,
            AuthorityFile = settings.AuthorityFile,
            CertificateFile = settings.CertificateFile,
            KeyFile = settings.KeyFile,
        },
    };

    private static ImmutableSortedDictionary<string, string> PropertiesOf(ImmutableArray<string> texts)
    {
        var properties = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !properties.TryAdd(text[..equals], text[(equals + 1)..]))
                throw RemoteErrors.NotAProperty(text);
        }

        return properties.ToImmutable();
    }
}
