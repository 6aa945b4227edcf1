using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Plans.Scripts;
using Monogres.Index.Projects;

namespace Monogres.Plans.Targets;

/// <summary>A throw-away server that can be started: the trees it runs in, and what it is told.</summary>
/// <param name="Server">The server.</param>
/// <param name="Layers">The trees, lowest first; the database cluster is at <see cref="ServerScripts.DataDirectory"/>.</param>
/// <param name="Settings">What it and the extensions in it need.</param>
/// <param name="Run">What else its project says of how it is started.</param>
public sealed record ServerSession(Target Server, ImmutableArray<Step> Layers, ServerSettings Settings, ServerRun Run);
