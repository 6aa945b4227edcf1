using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Core.Licenses;
using Monogres.Index.Extensions;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;

namespace Monogres.Index.Image;

/// <summary>Everything that an index says, as it was read and checked.</summary>
internal sealed record IndexContent
{
    public required Digest Digest { get; init; }

    public required ProjectName DefaultServer { get; init; }

    public required RedistributionRules Redistribution { get; init; }

    public required ImmutableArray<Project> Servers { get; init; }

    public required ImmutableArray<ExtensionProject> Extensions { get; init; }

    public required OptionSets OptionSets { get; init; }

    public required ImmutableArray<BuildStyle> Styles { get; init; }

    public required ImmutableArray<ExtensionStyle> ExtensionStyles { get; init; }

    public required ImmutableArray<Platform> Platforms { get; init; }
}
