using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Engine.Events;
using Monogres.Core;

namespace Monogres.Cli.Terminal;

/// <summary>One JSON object per event and line, on stdout, for programs.</summary>
public sealed class JsonObserver(TextWriter output) : IEngineObserver
{
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public void On(EngineEvent what)
    {
        var line = JsonSerializer.Serialize(what, BuildEventJson.Readable.EngineEvent);
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}

/// <summary>How events are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(DigestConverter)])]
[JsonSerializable(typeof(EngineEvent))]
internal sealed partial class BuildEventJson : JsonSerializerContext
{
    /// <summary>Without the escapes that only text inside web pages needs: <c>postgres@15.18+minimal</c> stays as it is.</summary>
    public static BuildEventJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
