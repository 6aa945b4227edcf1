using System.Collections.Immutable;

namespace Monogres.Packaging.Rpm;

/// <summary>The packages of an extension.</summary>
internal static class RpmExtensionParts
{
    /// <summary>One package, and beside it the bitcode, which only a server that compiles expressions reads.</summary>
    public static ImmutableArray<RpmPart> Of(RpmRequest request, RpmExtension extension)
    {
        var names = request.Names;
        var name = names.Extension(extension.Name);
        var only = names.Flavour is null ? "" : $", for the server of {names.Server} only";
        return
        [
            new RpmPart
            {
                Name = $"{name}-llvmjit",
                Files = ["lib/bitcode"],
                Summary = $"Just-in-time compilation for {request.Title}",
                Description = [$"What a server of PostgreSQL {names.Major} needs to compile functions of {request.Title} into the expressions of a query{only}."],
                Requires = [$"{name}({request.Platform.Isa}) = {request.Version}", names.Jit],
            },
            new RpmPart
            {
                Name = name,
                Files = ["**"],
                Summary = request.Summary,
                Description = [$"{request.Title} for PostgreSQL {names.Major}{only}."],
                Requires = [names.Server, .. extension.Requires],
            },
        ];
    }
}
