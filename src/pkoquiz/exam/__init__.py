"""Papers: a blueprint is drawn into papers, a paper is arranged into versions, a manifest records both."""
