using System.Text.Json.Nodes;

namespace MuLambda.Cli.Experiments;

/// <summary>A figure: what it is drawn from, and what is to be seen in it.</summary>
/// <param name="Id">Its anchor in the page.</param>
/// <param name="Kind">How it is drawn: the name of a module of experiments/charts.</param>
/// <param name="Title">What it shows, in a line.</param>
/// <param name="Caption">What is to be seen.</param>
/// <param name="Data">What the kind is drawn from.</param>
internal sealed record Figure(string Id, string Kind, string Title, string Caption, JsonObject Data)
{
    /// <summary>What the drawing program is given.</summary>
    public JsonObject ToJson()
    {
        var json = (JsonObject)Data.DeepClone();
        json["id"] = Id;
        json["kind"] = Kind;
        json["label"] = Title;
        return json;
    }

    /// <summary>Numbers with as many digits as can be seen.</summary>
    public static JsonArray Numbers(IEnumerable<double> numbers) => new([.. numbers.Select(number => (JsonNode)Digits(number))]);

    /// <summary>A number with as many digits as can be seen.</summary>
    public static double Digits(double number) =>
        number == 0 || !double.IsFinite(number) ? 0 : double.Parse(number.ToString("G4", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Texts.</summary>
    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
