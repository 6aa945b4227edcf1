using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Monogres.Engine.Events;
using Monogres.Core;

namespace Monogres.Cli.Terminal;

/// <summary>
/// One JSON object per event and line, on stdout, for programs. After an event, at most once a second and when nothing is
/// left to do, the figures so far: <see cref="ProgressFigures"/>.
/// </summary>
/// <param name="output">Where the lines go.</param>
/// <param name="time">Measures what runs.</param>
public sealed class JsonObserver(TextWriter output, TimeProvider time) : IEngineObserver
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ProgressTotals _totals = new(time);
    private long? _told;

    /// <inheritdoc/>
    public void On(EngineEvent what)
    {
        lock (_lock)
        {
            _totals.On(what);
            Write(what, BuildEventJson.Readable.EngineEvent);
            var mayBeLast = what is EngineEvent.StepFinished or EngineEvent.StepStopped or EngineEvent.StepCached or EngineEvent.StepOmitted;
            var isDue = _told is not { } told || time.GetElapsedTime(told) >= Period;
            if (!isDue && !mayBeLast)
                return;

            var figures = _totals.Now();
            if (!isDue && figures.Running + figures.Queued + figures.Waiting > 0)
                return;

            _told = time.GetTimestamp();
            Write(figures, BuildEventJson.Readable.ProgressFigures);
        }
    }

    private void Write<T>(T line, JsonTypeInfo<T> type)
    {
        output.WriteLine(JsonSerializer.Serialize(line, type));
        output.Flush();
    }
}

/// <summary>How events are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(DigestConverter)])]
[JsonSerializable(typeof(EngineEvent))]
[JsonSerializable(typeof(ProgressFigures))]
internal sealed partial class BuildEventJson : JsonSerializerContext
{
    /// <summary>Without the escapes that only text inside web pages needs: <c>postgres@15.18+minimal</c> stays as it is.</summary>
    public static BuildEventJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
