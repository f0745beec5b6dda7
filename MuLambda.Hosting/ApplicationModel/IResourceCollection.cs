namespace MuLambda.Hosting.ApplicationModel;

/// <summary>The resources of an application, in declaration order.</summary>
public interface IResourceCollection : IList<IResource>;
