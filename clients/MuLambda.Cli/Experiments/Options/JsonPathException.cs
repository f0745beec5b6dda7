namespace MuLambda.Cli.Experiments;

/// <summary>Something in a JSON file is not right.</summary>
/// <param name="path">Where, such as <c>models[0].name</c>.</param>
/// <param name="reason">What.</param>
internal sealed class JsonPathException(string path, string reason) : Exception($"{path}: {reason}.");
