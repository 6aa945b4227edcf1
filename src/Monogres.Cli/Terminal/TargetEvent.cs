using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Plans.Targets;

namespace Monogres.Cli.Terminal;

/// <summary>What became of a target; with <c>--json</c> each is one line, between those of the engine.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Built), "built")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(Warned), "warned")]
public abstract record TargetEvent
{
    private TargetEvent()
    {
    }

    /// <summary>A target is built.</summary>
    /// <param name="Target">The target.</param>
    /// <param name="Payload">The tree of what is installed.</param>
    /// <param name="Files">The files that were written for it, absolute paths.</param>
    /// <param name="Findings">What the checks found in it.</param>
    public sealed record Built(string Target, Digest Payload, ImmutableArray<string> Files, ImmutableArray<CheckFinding> Findings) : TargetEvent;

    /// <summary>A target could not be built.</summary>
    public sealed record Failed(string Target, string Reason) : TargetEvent;

    /// <summary>Upstream warns of the release of the server that is to be built, or built against.</summary>
    /// <param name="Server">The server with its version, <c>postgres@14.2</c>.</param>
    /// <param name="Why">What is wrong with it, and which releases mend it.</param>
    public sealed record Warned(string Server, string Why) : TargetEvent;
}

/// <summary>How they are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(DigestConverter)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TargetEvent))]
internal sealed partial class TargetEventJson : JsonSerializerContext
{
    private static TargetEventJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>An event on one line.</summary>
    public static string Write(TargetEvent what) => JsonSerializer.Serialize(what, Readable.TargetEvent);
}
