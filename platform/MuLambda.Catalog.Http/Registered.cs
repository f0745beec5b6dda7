namespace MuLambda.Catalog.Http;

/// <summary>What the registry holds after a put.</summary>
/// <typeparam name="T">The noun.</typeparam>
/// <param name="Value">The noun as the registry stored it.</param>
/// <param name="Created">True where it was not there before.</param>
public sealed record Registered<T>(T Value, bool Created);
