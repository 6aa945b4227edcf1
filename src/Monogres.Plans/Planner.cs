using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Plans.Extensions;
using Monogres.Plans.Roots;
using Monogres.Plans.Scripts;
using Monogres.Plans.Servers;
using Monogres.Plans.Sources;
using Monogres.Plans.Targets;
using Monogres.Platforms.Lock;

namespace Monogres.Plans;

/// <summary>From a target's name to its steps. Does no I/O but reading the platform's lock, once: a million targets can be planned.</summary>
/// <param name="index">What exists.</param>
/// <param name="platform">Where results run.</param>
/// <param name="toolchain">The name of the platform's toolchain.</param>
/// <param name="lockOf">The lock of a platform, read when it is first asked for.</param>
public sealed class Planner(MonogresIndex index, Platform platform, string toolchain, Func<Platform, PackagesLock> lockOf)
{
    // As many servers as extensions are planned against in one go; the plans of a server's extensions live with it.
    private const int MostServers = 64;

    private readonly SourcePlanner _sources = new();
    private readonly RootPlanner _roots = new(platform, lockOf);
    private readonly ConcurrentDictionary<TargetName, ExtensionPlanner> _servers = [];
    private volatile ExtensionPlanner? _recent;

    /// <summary>Plans one target.</summary>
    /// <exception cref="UserErrorException">The target, its option set or the toolchain is not in the index, or the platform lacks what it needs.</exception>
    public Target Plan(TargetName target)
    {
        var server = Server(target);
        return target.Extension is { } extension ? server.Plan(extension) : server.Server;
    }

    /// <summary>Plans an extension that is no part of the index: a working tree that was imported.</summary>
    /// <param name="project">What was found out about it; it has one release.</param>
    /// <param name="tree">Its source.</param>
    /// <param name="words">What names it on the command line, quoted for the shell.</param>
    /// <param name="server">The server, with its option set or without.</param>
    /// <exception cref="UserErrorException">It needs what the index or the platform lacks.</exception>
    public Target PlanLocal(ExtensionProject project, Digest tree, string words, TargetName server) => Server(server).PlanLocal(project, tree, words);

    /// <summary>Plans a server to be started, with extensions in it.</summary>
    /// <param name="target">The server, or an extension to start one with.</param>
    /// <param name="extensions">More extensions, built for the same server.</param>
    /// <param name="debugger">Whether a debugger is there too, with the debug information where it looks and the source where that says it is.</param>
    /// <exception cref="UserErrorException">There is no debugger for the platform.</exception>
    public static ServerSession PlanSession(Target target, IEnumerable<Target> extensions, bool debugger) =>
        ((ServerTarget)target.Server).Session([.. extensions.Append(target).SelectMany(extension => extension.Installs).DistinctBy(extension => extension.Id)], debugger);

    /// <summary>A server, with what plans the extensions that are built against it.</summary>
    private ExtensionPlanner Server(TargetName target)
    {
        // Targets mostly come server by server.
        var set = target.OptionSet ?? index.OptionSets.Default;
        if (_recent is { } recent && recent.Server.Id.Name is var last && last.Version == target.Version && last.OptionSet == set && last.Server == target.Server)
            return recent;

        return _recent = PlanServer(target with { Extension = null, OptionSet = set });
    }

    private ExtensionPlanner PlanServer(TargetName name)
    {
        if (_servers.TryGetValue(name, out var known))
            return known;

        var project = index.Project(name.Server);
        var context = new PlanContext(index, platform, platform.Toolchain(toolchain), _roots, _sources);
        var server = new ExtensionPlanner(context, new ServerTarget(context, name, project, project.Release(name.Version)));
        if (_servers.Count >= MostServers)
            _servers.Clear();
        return _servers.GetOrAdd(name, server);
    }
}
